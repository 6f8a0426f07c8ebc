package dev.quorate.e2e.chaos;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/**
 * A client of one member that creates one znode after the other under a parent of its own, and remembers which of them
 * were acknowledged at which zxid.
 */
final class Writer implements Watcher, AutoCloseable {
    /** The longest that a member grants: on a busy machine it takes long to come back. */
    private static final int SESSION_TIMEOUT_MS = 40_000;

    /** A create that the client was told is done. */
    record Acknowledged(String path, long zxid) {}

    private final String parent;
    private final int member;
    private final ZooKeeper client;
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private final Thread thread;
    private volatile boolean stopped;
    private volatile boolean paused;
    private volatile boolean idle;
    private final AtomicInteger disconnects = new AtomicInteger();
    private volatile boolean expired;
    private volatile long lastNs;
    private volatile long longestGapNs;
    private int next;

    Writer(String parent, int member, String address) throws IOException {
        this.parent = parent;
        this.member = member;
        this.client = new ZooKeeper(address, SESSION_TIMEOUT_MS, this);
        this.thread = new Thread(this::run, parent);
    }

    int member() {
        return member;
    }

    String parent() {
        return parent;
    }

    /** How often the connection was lost. */
    int disconnects() {
        return disconnects.get();
    }

    boolean expired() {
        return expired;
    }

    /** {@code System.nanoTime()} of the last acknowledgment. */
    long lastAcknowledgedNs() {
        return lastNs;
    }

    /** The longest time between two acknowledgments since {@link #forgetGap}. */
    long longestGapNs() {
        return longestGapNs;
    }

    void forgetGap() {
        longestGapNs = 0;
    }

    /** Creates the parent, then writes until closed. */
    void start() {
        thread.start();
    }

    /** Lets the write under way end and starts none until {@link #resume}. */
    void pause() {
        paused = true;
    }

    boolean isIdle() {
        return idle;
    }

    void resume() {
        paused = false;
        idle = false;
        Thread waiting = thread;
        synchronized (this) {
            notifyAll();
        }
        if (!waiting.isAlive() && !stopped)
            throw new IllegalStateException("the writer " + parent + " died");
    }

    List<Acknowledged> acknowledged() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    private void run() {
        try {
            boolean there = false;
            while (!stopped && !there) {
                there = createParent();
            }
            while (!stopped) {
                awaitResumed();
                write();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** False when it is not known whether it is there. */
    private boolean createParent() throws InterruptedException {
        try {
            client.create(parent, new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            return true;
        } catch (KeeperException.ConnectionLossException unknown) {
            return false;
        } catch (KeeperException.NodeExistsException createdBefore) {
            return true;
        } catch (KeeperException wrong) {
            throw new IllegalStateException(parent, wrong);
        }
    }

    private synchronized void awaitResumed() throws InterruptedException {
        while (paused && !stopped) {
            idle = true;
            wait();
        }
        idle = false;
    }

    private void write() throws InterruptedException {
        String path = parent + "/" + String.format("%08d", next++);
        Stat stat = new Stat();
        try {
            client.create(path, path.getBytes(java.nio.charset.StandardCharsets.UTF_8), ZooDefs.Ids.OPEN_ACL_UNSAFE,
                    CreateMode.PERSISTENT, stat);
            synchronized (acknowledged) {
                acknowledged.add(new Acknowledged(path, stat.getCzxid()));
            }
            long nowNs = System.nanoTime();
            longestGapNs = Math.max(longestGapNs, nowNs - lastNs);
            lastNs = nowNs;
        } catch (KeeperException.ConnectionLossException unknown) {
            // It may have happened or not; the next one gets another name.
        } catch (KeeperException.SessionExpiredException gone) {
            expired = true;
            stopped = true;
        } catch (KeeperException wrong) {
            throw new IllegalStateException(path, wrong);
        }
    }

    @Override
    public String toString() {
        long silentMs = (System.nanoTime() - lastNs) / 1_000_000;
        return parent + " of member " + member + ": session " + Long.toHexString(client.getSessionId()) + " "
                + client.getState() + ", " + disconnects + " disconnects, last write " + silentMs + " ms ago";
    }

    @Override
    public void process(WatchedEvent event) {
        switch (event.getState()) {
            case Disconnected -> disconnects.incrementAndGet();
            case Expired -> expired = true;
            default -> {
                // Being connected is the usual case.
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.interrupt();
        thread.join();
        client.close();
    }
}
