from portal.embedded.native_libraries import environment


def test_a_program_is_told_where_unpacked_libraries_lie_before_any_other_place(
    tmp_path, monkeypatch
):
    for name in ("usr/lib/x86_64-linux-gnu/libpango-1.0.so.0", "lib/x86_64-linux-gnu/libz.so.1"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.setenv("LD_LIBRARY_PATH", "/known")

    assert environment(tmp_path)["LD_LIBRARY_PATH"] == (
        f"{tmp_path}/lib/x86_64-linux-gnu:{tmp_path}/usr/lib/x86_64-linux-gnu:/known"
    )


def test_where_nothing_was_unpacked_the_environment_stays(tmp_path, monkeypatch):
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)

    assert "LD_LIBRARY_PATH" not in environment(tmp_path)
