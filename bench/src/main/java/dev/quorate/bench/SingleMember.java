package dev.quorate.bench;

import dev.quorate.bench.client.BlockingClient;
import dev.quorate.bench.client.Znodes;
import dev.quorate.bench.server.LiveHeap;
import dev.quorate.bench.server.MemberProcess;
import dev.quorate.bench.server.Members;
import dev.quorate.bench.server.Product;
import dev.quorate.bench.server.Settings;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** What is measured on an ensemble of one: the heap for each znode, and the time from start to serving. */
final class SingleMember {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MS = 1;
    private static final double NANOS_PER_MS = 1e6;

    private SingleMember() {}

    /** Bytes of live heap that each of {@code znodes} znodes of 100 bytes takes; their parents count as znodes too. */
    static double heapPerZnode(Product product, Settings settings, int znodes)
            throws IOException, InterruptedException {
        try (Members members = Members.start(product, 1, settings)) {
            long pid = members.processes().getFirst().pid();
            long before = LiveHeap.bytes(pid);
            int added = Znodes.fill(members.clients().getFirst(), znodes, Znodes.data(Row.SMALL));
            return (double) (LiveHeap.bytes(pid) - before) / added;
        }
    }

    /** Time from the start of a process with an empty folder until a first session has read a znode, ms. */
    static double startToServingMs(Product product, Settings settings) throws IOException, InterruptedException {
        long start = System.nanoTime();
        try (Members members = Members.launch(product, 1, settings)) {
            while (!serves(members.processes().getFirst())) {
                if (System.nanoTime() - start > START_LIMIT_NANOS) {
                    throw new IOException("The member does not serve after 60 s.");
                }
                Thread.sleep(POLL_MS);
            }
            return (System.nanoTime() - start) / NANOS_PER_MS;
        }
    }

    /** A member's word comes before a session is tried: ZooKeeper leaves one that comes too early without an answer. */
    private static boolean serves(MemberProcess member) {
        if (member.mode().isEmpty()) {
            return false;
        }
        try (var client = BlockingClient.probe(member.client())) {
            client.getData("/");
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
