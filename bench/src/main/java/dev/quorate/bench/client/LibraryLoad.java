package dev.quorate.bench.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * The same load through ZooKeeper's Java client and its asynchronous calls. The library takes more CPU time than the
 * members do, so this tells what applications see, not what members can do.
 */
public final class LibraryLoad {
    private static final int SESSION_TIMEOUT_MS = 30_000;
    private static final int PATIENCE_SECONDS = 30;

    private final Load load;
    private final byte[] data;
    private final List<String> paths;
    private final Recorder latencies = new Recorder(Generator.LATENCY_DIGITS);
    private final AtomicReference<@Nullable String> failure = new AtomicReference<>();
    private volatile boolean stopped;

    private LibraryLoad(Load load) {
        this.load = load;
        this.data = Znodes.data(load.dataBytes());
        this.paths = Znodes.paths(load.dataBytes());
    }

    /**
     * Runs the load through its warm-up and its window, and returns when every request is answered.
     *
     * @throws IOException when a connection can't be made, a request fails, or an answer does not come in time
     * @throws InterruptedException when interrupted
     */
    public static Measurement run(Load load, Target target) throws IOException, InterruptedException {
        return new LibraryLoad(load).measure(target);
    }

    private Measurement measure(Target target) throws IOException, InterruptedException {
        var users = new ArrayList<User>();
        try {
            for (int i = 0; i < load.connectionsPerMember(); i++) {
                for (InetSocketAddress member : target.members()) {
                    users.add(new User(users.size(), member));
                }
            }
            users.forEach(User::begin);
            TimeUnit.NANOSECONDS.sleep(target.warmUp().toNanos());
            CpuTimes cpuAtStart = CpuTimes.read(target.cpuNanos());
            long startNanos = System.nanoTime();
            latencies.reset();
            TimeUnit.NANOSECONDS.sleep(target.window().toNanos());
            Histogram measured = latencies.getIntervalHistogram();
            long windowNanos = System.nanoTime() - startNanos;
            CpuTimes cpu = CpuTimes.read(target.cpuNanos()).minus(cpuAtStart);
            stopped = true;
            for (User user : users) {
                user.awaitAnswers();
            }
            return new Measurement(measured.getTotalCount(), windowNanos, measured, cpu.generatorNanos(),
                    cpu.membersNanos());
        } finally {
            stopped = true;
            closeAll(users);
        }
    }

    /** All at once, since the library takes 0.1 s to close one. */
    private static void closeAll(List<User> users) throws InterruptedException {
        var threads = new ArrayList<Thread>();
        for (User user : users) {
            threads.add(Thread.startVirtualThread(user::close));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** One client with its requests in flight, which its event thread replaces. */
    private final class User {
        private final ZooKeeper client;
        private final int[] order;
        private final String parent;
        private final Semaphore places = new Semaphore(load.inFlight());
        private int sent;

        User(int number, InetSocketAddress member) throws IOException, InterruptedException {
            this.order = new SplittableRandom(number).ints(1 << 12, 0, Znodes.COUNT).toArray();
            this.parent = load.mix() == Load.Mix.CREATES ? Znodes.newParent(member) : "";
            var connected = new CountDownLatch(1);
            this.client = new ZooKeeper(member.getAddress().getHostAddress() + ":" + member.getPort(),
                    SESSION_TIMEOUT_MS, event -> {
                        if (event.getState() == KeeperState.SyncConnected) {
                            connected.countDown();
                        }
                    });
            if (!connected.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                client.close();
                throw new IOException("The client library could not connect to " + member + " in 30 s.");
            }
        }

        void begin() {
            for (int i = 0; i < load.inFlight(); i++) {
                next();
            }
        }

        void awaitAnswers() throws IOException, InterruptedException {
            if (!places.tryAcquire(load.inFlight(), PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("The members have not answered all requests of the client library for 30 s.");
            }
            String reason = failure.get();
            if (reason != null) {
                throw new IOException(reason);
            }
        }

        void close() {
            try {
                client.close();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        private synchronized void next() {
            if (stopped || !places.tryAcquire()) {
                return;
            }
            int number = ++sent;
            String path = paths.get(order[number & (order.length - 1)]);
            long sentNanos = System.nanoTime();
            if (load.mix() == Load.Mix.CREATES) {
                client.create(parent + "/" + number, data, Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT,
                        (code, requested, context, name) -> answered(code, sentNanos), null);
            } else if (load.mix().isRead(number)) {
                client.getData(path, false, (code, requested, context, read, stat) -> answered(code, sentNanos), null);
            } else {
                client.setData(path, data, -1, (code, requested, context, stat) -> answered(code, sentNanos), null);
            }
        }

        private void answered(int code, long sentNanos) {
            places.release();
            if (code != Code.OK.intValue()) {
                failure.compareAndSet(null, "A request of the client library failed: " + Code.get(code) + ".");
                stopped = true;
            }
            latencies.recordValue(System.nanoTime() - sentNanos);
            next();
        }
    }
}
