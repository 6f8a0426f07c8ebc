package dev.quorate.ensemble;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;

/**
 * Clients of ZooKeeper's own library: some that load a member, and some that notice whether they are served all the
 * same.
 */
final class TestClients implements AutoCloseable {
    static final int SESSION_TIMEOUT_MS = 40_000;
    private static final int IN_FLIGHT = 16;

    private final List<Thread> threads = new ArrayList<>();
    private final List<ZooKeeper> handles = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> latenciesNs = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger losses = new AtomicInteger();
    private final AtomicLong loadedBytes = new AtomicLong();
    private volatile boolean ended;

    /** A session; it counts as lost when it is disconnected before {@link #close}. */
    ZooKeeper connect(String address) throws IOException, InterruptedException {
        var connected = new CountDownLatch(1);
        var handle = new ZooKeeper(address, SESSION_TIMEOUT_MS, event -> seen(event, connected));
        handles.add(handle);
        if (!connected.await(20, TimeUnit.SECONDS)) {
            throw new IOException("no session with " + address);
        }
        return handle;
    }

    private void seen(WatchedEvent event, CountDownLatch connected) {
        if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
            connected.countDown();
        } else if (!ended) {
            losses.incrementAndGet();
        }
    }

    /** Reads and writes one little thing after the other, and notes how long each took. */
    void probe(String address, String path, boolean writes) throws Exception {
        var handle = connect(address);
        if (handle.exists(path, false) == null) {
            handle.create(path, new byte[8], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        }
        start("probe " + path, () -> {
            long startNs = System.nanoTime();
            handle.getData(path, false, null);
            latenciesNs.add(System.nanoTime() - startNs);
            startNs = System.nanoTime();
            if (writes) {
                handle.setData(path, new byte[8], -1);
                latenciesNs.add(System.nanoTime() - startNs);
            }
            TimeUnit.MILLISECONDS.sleep(2);
        });
    }

    /** Writes as fast as it is answered, several at a time. */
    void load(String address, String path, int valueBytes) throws Exception {
        var handle = connect(address);
        byte[] value = new byte[valueBytes];
        handle.create(path, value, ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
        var inFlight = new Semaphore(IN_FLIGHT);
        start("load " + path, () -> {
            if (inFlight.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                handle.setData(path, value, -1, (code, of, context, stat) -> {
                    loadedBytes.addAndGet(code == KeeperException.Code.OK.intValue() ? valueBytes : 0);
                    inFlight.release();
                }, null);
            }
        });
    }

    /** One thing that is done again and again. */
    private interface Turn {
        void take() throws KeeperException, InterruptedException;
    }

    private void start(String name, Turn turn) {
        threads.add(Thread.ofPlatform().name(name).daemon().start(() -> {
            while (!ended) {
                try {
                    turn.take();
                } catch (KeeperException failed) {
                    losses.incrementAndGet();
                } catch (InterruptedException interrupted) {
                    return;
                }
            }
        }));
    }

    /** What {@link #load} was acknowledged. */
    long loadedBytes() {
        return loadedBytes.get();
    }

    /** How often a session lost its connection, or a probe failed. */
    int losses() {
        return losses.get();
    }

    int probes() {
        return latenciesNs.size();
    }

    /** So many of a thousand probes took longer, in milliseconds. */
    long slowestMs(int ofThousand) {
        long[] sorted;
        synchronized (latenciesNs) {
            sorted = latenciesNs.stream().mapToLong(Long::longValue).toArray();
        }
        Arrays.sort(sorted);
        int at = sorted.length - 1 - sorted.length * ofThousand / 1000;
        return sorted.length == 0 ? Long.MAX_VALUE : TimeUnit.NANOSECONDS.toMillis(sorted[Math.max(0, at)]);
    }

    @Override
    public void close() throws InterruptedException {
        ended = true;
        for (var thread : threads) {
            thread.interrupt();
            thread.join(10_000);
        }
        for (var handle : handles) {
            handle.close(1_000);
        }
    }
}
