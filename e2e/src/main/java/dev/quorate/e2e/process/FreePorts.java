package dev.quorate.e2e.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that may be stopped and started again. They lie below the range from which the kernel takes the
 * local ports of outgoing connections; otherwise a client could be given the port of a member that is down for a
 * moment.
 */
final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int LAST = 31_999;

    private int next = ThreadLocalRandom.current().nextInt(FIRST, LAST);

    /** A port on which nothing listens now, and which this object did not give before. */
    int next() throws IOException {
        for (int tried = 0; tried < LAST - FIRST; tried++) {
            next = next == LAST ? FIRST : next + 1;
            if (isFree(next)) {
                return next;
            }
        }
        throw new IOException("no free port between " + FIRST + " and " + LAST);
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
