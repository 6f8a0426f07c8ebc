package dev.quorate.bench.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;

/** Asks a member with ZooKeeper's four-letter words. */
final class FourLetterWord {
    private static final int PATIENCE_MS = 2_000;
    private static final String MODE = "Mode: ";

    private FourLetterWord() {}

    /** The member's role as {@code srvr} tells it (leader, follower, standalone), or empty while it serves nobody. */
    static Optional<String> mode(InetSocketAddress member) {
        try {
            return ask(member, "srvr").lines().filter(line -> line.startsWith(MODE))
                    .map(line -> line.substring(MODE.length()).strip()).findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static String ask(InetSocketAddress member, String word) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(member, PATIENCE_MS);
            socket.setSoTimeout(PATIENCE_MS);
            socket.getOutputStream().write(word.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
