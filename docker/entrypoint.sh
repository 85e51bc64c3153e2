#!/bin/sh
# web | papers | worker | beat | steps | simulator | autopilot | migrate | demo | manage COMMAND… | any other command as it stands
set -eu
cd /opt/changeover

if [ -z "${ALLOWED_HOSTS:-}" ] && [ -n "${PUBLIC_URL:-}" ]; then
  name=${PUBLIC_URL#*://}
  export ALLOWED_HOSTS="${name%%[:/]*},web" # the other containers know it as `web`
fi

case ${1:-web} in
  web)
    export DATABASE_POOL=1
    exec python -m portal.serving --interface wsgi portal.wsgi:application --no-ws --host "$HOST" --port "$PORT" \
      --workers "${WEB_WORKERS:-2}" --blocking-threads "${WEB_THREADS:-4}" --respawn-failed-workers
    ;;
  worker)
    exec celery --app portal worker --concurrency "${CONCURRENCY:-2}" --queues "${QUEUES:-steps,mail,webhooks}" \
      --loglevel warning --without-gossip --without-mingle
    ;;
  papers) # who reads what people wrote knows no secret
    exec env -i PATH="$PATH" FONTCONFIG_FILE="$FONTCONFIG_FILE" SOURCE_DATE_EPOCH=0 \
      python -P portal/typesetting "$TYPESETTER"
    ;;
  beat) exec celery --app portal beat --loglevel warning --schedule /tmp/beat.db ;;
  steps) exec python manage.py run_steps ;;
  simulator)
    exec python -m appliances.simulator --state "$PORTAL_STATE/simulator" --host "$HOST" --port "${SIM_PORT:-8100}"
    ;;
  autopilot)
    AUTOPILOT_KEY=$(cat "$PORTAL_STATE/autopilot-key")
    export AUTOPILOT_KEY
    exec python -m appliances.simulator.autopilot --portal "${PORTAL_URL:-http://web:8000}" --simulator "$SIMULATOR_URL"
    ;;
  migrate) exec python -m portal.embedded.preparation secrets database ;;
  demo) exec python -m portal.embedded.preparation demo ;;
  manage) shift; exec python manage.py "$@" ;;
  *) exec "$@" ;;
esac
