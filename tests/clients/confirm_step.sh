#!/bin/sh
# Does a person's step with nothing but curl: takes the first step that asks for ACTION, and
# confirms it with EVIDENCE. Run whatever does the work between the two calls.
#
#   PORTAL=https://changeover.example.com KEY=chg_live_… \
#     sh confirm_step.sh test_elsewhere '{"tested": "lab", "remarks": "nightly run 81"}'
set -eu

action=$1
evidence=$2

ask() { # method, path and whatever curl shall send; what is refused ends it, and is shown
  method=$1
  path=$2
  shift 2
  curl --silent --show-error --fail-with-body --max-time 30 --request "$method" \
    --header "Authorization: Bearer $KEY" --header "Content-Type: application/json" \
    --dump-header "$answer.head" "$PORTAL/api/v1/$path" "$@" >"$answer" || {
    cat "$answer" >&2
    exit 1
  }
}

answer=$(mktemp)
trap 'rm -f "$answer" "$answer.head"' EXIT

ask GET "steps?state=ASKING&action=$action&limit=1"
step=$(sed -n 's/.*"results":\[{"id":"\([0-9a-f-]*\)".*/\1/p' "$answer")
if [ -z "$step" ]; then
  echo "No step asks for $action." >&2
  exit 3
fi

# What is changed is what was read, and nothing newer: each call names the tag of the one before.
seen() {
  tr -d '\r' <"$answer.head" | sed -n 's/^[Ee][Tt][Aa][Gg]: //p'
}
ask GET "steps/$step"
ask POST "steps/$step/take" --header "If-Match: $(seen)"
# … the work itself, telling now and then how far it is: the step stays yours for 15 minutes more …
ask POST "steps/$step/progress" --header "If-Match: $(seen)" --data '{"percent": 50, "note": "half"}'
ask POST "steps/$step/confirm" --header "If-Match: $(seen)" --data "{\"evidence\": $evidence}"
sed -n 's/.*"state":"\([A-Z]*\)","reason".*/\1/p' "$answer"
