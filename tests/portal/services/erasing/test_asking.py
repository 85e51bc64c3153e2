def test_walk(park):
    erasure = park.asked_and_confirmed()
    assert erasure.state == "CONFIRMED"
    done = park.erased()
    print(done.counts, done.people, done.files)
    assert done.state == "ERASED"
