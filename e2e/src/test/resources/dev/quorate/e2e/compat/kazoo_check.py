"""What programs do with kazoo, against a running ensemble: kazoo_check.py CONNECT_STRING. Exits with 0 when all of it holds."""
import sys
import threading

from kazoo.client import KazooClient
from kazoo.exceptions import BadVersionError, NoNodeError

LIMIT = 30


def connect(hosts):
    client = KazooClient(hosts=hosts, timeout=4.0)
    client.start(timeout=LIMIT)
    return client


def versioned_writes(client):
    client.create("/kazoo/versioned", b"0", makepath=True)
    assert client.set("/kazoo/versioned", b"1", version=0).version == 1
    try:
        client.set("/kazoo/versioned", b"2", version=0)
        raise AssertionError("a stale write was taken")
    except BadVersionError:
        pass
    client.delete("/kazoo/versioned", version=1)
    try:
        client.get("/kazoo/versioned")
        raise AssertionError("a deleted node was read")
    except NoNodeError:
        pass


def ephemeral_goes_with_its_session(client, hosts):
    owner = connect(hosts)
    owner.create("/kazoo/ephemeral", b"", ephemeral=True)
    client.sync("/kazoo/ephemeral")
    gone = threading.Event()
    assert client.exists("/kazoo/ephemeral", watch=lambda event: gone.set()) is not None
    owner.stop()
    owner.close()
    assert gone.wait(LIMIT), "no event for the end of the ephemeral node"
    assert client.exists("/kazoo/ephemeral") is None


def children_watch(client):
    seen = []
    both = threading.Event()
    client.ensure_path("/kazoo/parent")

    @client.ChildrenWatch("/kazoo/parent")
    def on_children(children):
        seen.append(sorted(children))
        if sorted(children) == ["a", "b"]:
            both.set()

    client.create("/kazoo/parent/a")
    client.create("/kazoo/parent/b")
    assert both.wait(LIMIT), seen


def sequence(client):
    names = [client.create("/kazoo/queue/n-", sequence=True, makepath=True) for _ in range(5)]
    assert names == sorted(set(names)), names


def lock_is_handed_on(client, hosts):
    other = connect(hosts)
    held = client.Lock("/kazoo/lock", "first")
    waiting = other.Lock("/kazoo/lock", "second")
    assert held.acquire(timeout=LIMIT)
    assert not waiting.acquire(blocking=False)
    taken = threading.Event()

    def take():
        waiting.acquire(timeout=LIMIT)
        taken.set()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    held.release()
    assert taken.wait(LIMIT), "the lock was not handed on"
    waiting.release()
    other.stop()
    other.close()


def main():
    hosts = sys.argv[1]
    client = connect(hosts)
    versioned_writes(client)
    ephemeral_goes_with_its_session(client, hosts)
    children_watch(client)
    sequence(client)
    lock_is_handed_on(client, hosts)
    client.stop()
    client.close()
    print("kazoo: all held")


main()
