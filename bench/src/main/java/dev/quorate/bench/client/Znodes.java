package dev.quorate.bench.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Where the load goes: a thousand znodes for each size of data, and a parent for each creating connection. */
public final class Znodes {
    static final int COUNT = 1_000;

    private static final String ROOT = "/bench";
    private static final AtomicInteger PARENTS = new AtomicInteger();

    private Znodes() {}

    /** Makes the znodes that reads and writes use, and waits until every member has them. */
    public static void prepare(List<InetSocketAddress> members, int... sizes) throws IOException {
        try (var client = BlockingClient.open(members.getFirst())) {
            client.createAll(List.of(ROOT), new byte[0]);
            for (int size : sizes) {
                client.createAll(List.of(ROOT + "/" + size), new byte[0]);
                client.createAll(paths(size), data(size));
            }
        }
        for (InetSocketAddress member : members) {
            try (var client = BlockingClient.open(member)) {
                client.sync();
            }
        }
    }

    /** The znodes with data of this size. */
    static List<String> paths(int dataBytes) {
        return IntStream.range(0, COUNT).mapToObj(i -> path(dataBytes, i)).toList();
    }

    /** One of them. */
    public static String path(int dataBytes, int number) {
        return "%s/%d/k%04d".formatted(ROOT, dataBytes, number % COUNT);
    }

    /**
     * Fills a member with {@code count} znodes, a thousand under each parent.
     *
     * @return how many znodes there are more than before, parents included
     */
    public static int fill(InetSocketAddress member, int count, byte[] data) throws IOException {
        try (var client = BlockingClient.open(member)) {
            client.createAll(List.of("/fill"), data);
            int parents = Math.ceilDiv(count, COUNT);
            for (int i = 0; i < parents; i++) {
                String parent = "/fill/p%04d".formatted(i);
                client.createAll(Stream.concat(Stream.of(parent),
                        IntStream.range(0, COUNT).mapToObj(child -> "%s/n%04d".formatted(parent, child))).toList(),
                        data);
            }
            return 1 + parents + parents * COUNT;
        }
    }

    /** A new parent for the creates of one connection. */
    static String newParent(InetSocketAddress member) throws IOException {
        String parent = ROOT + "/creates-" + PARENTS.incrementAndGet();
        try (var client = BlockingClient.open(member)) {
            client.createAll(List.of(parent), new byte[0]);
        }
        return parent;
    }

    /** Data of a size, which looks like text. */
    public static byte[] data(int size) {
        var data = new byte[size];
        for (int i = 0; i < size; i++) {
            data[i] = (byte) ('a' + i % 26);
        }
        return data;
    }
}
