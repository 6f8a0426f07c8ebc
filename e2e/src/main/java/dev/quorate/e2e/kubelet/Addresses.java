package dev.quorate.e2e.kubelet;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Loopback addresses 127.X.Y.2 to 127.X.Y.254 of one cluster, which it owns by listening on 127.X.Y.1 as long as it
 * lives.
 */
final class Addresses implements AutoCloseable {
    private static final int LOCK_PORT = 10_250;
    private static final int TRIES = 100;

    private final ServerSocket lock;
    private final String prefix;
    private final Set<Integer> used = new HashSet<>();
    private int last = 1;

    private Addresses(ServerSocket lock, String prefix) {
        this.lock = lock;
        this.prefix = prefix;
    }

    static Addresses reserve() throws IOException {
        for (int tried = 0; tried < TRIES; tried++) {
            var random = ThreadLocalRandom.current();
            var prefix = "127." + random.nextInt(10, 250) + "." + random.nextInt(1, 255) + ".";
            var lock = new ServerSocket();
            try {
                lock.bind(new InetSocketAddress(prefix + "1", LOCK_PORT));
                return new Addresses(lock, prefix);
            } catch (IOException taken) {
                lock.close();
            }
        }
        throw new IOException(
                "no loopback network 127.X.Y.0/24 can be bound: the local cluster needs Linux, where all of 127.0.0.0/8 is loopback");
    }

    /** An address that no pod has; the one that was free for longest. */
    synchronized String next() {
        for (int tried = 2; tried < 255; tried++) {
            last = last == 254 ? 2 : last + 1;
            if (used.add(last)) {
                return prefix + last;
            }
        }
        throw new IllegalStateException("all 253 addresses of the local cluster are in use");
    }

    synchronized void free(String address) {
        used.remove(Integer.valueOf(address.substring(prefix.length())));
    }

    @Override
    public void close() throws IOException {
        lock.close();
    }
}
