package dev.quorate.bench;

import dev.quorate.bench.client.BlockingClient;
import dev.quorate.bench.client.Znodes;
import dev.quorate.bench.server.LiveHeap;
import dev.quorate.bench.server.MemberProcess;
import dev.quorate.bench.server.Members;
import dev.quorate.bench.server.Product;
import dev.quorate.bench.server.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is measured on an ensemble of one: the heap for each znode, and the time from start to serving. */
final class SingleMember {
    private static final long START_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final int POLL_MS = 1;
    /** It must hold the znodes several times over. */
    private static final String HEAP_OF_FILLED_MEMBER = "3g";
    private static final double NANOS_PER_MS = 1e6;

    private final Settings settings;
    private final Map<Product, Path> classArchives = new EnumMap<>(Product.class);

    SingleMember(Settings settings) {
        this.settings = settings;
    }

    /** Bytes of live heap that each of {@code znodes} znodes of 100 bytes takes; their parents count as znodes too. */
    double heapPerZnode(Product product, int znodes) throws IOException, InterruptedException {
        try (Members members = Members.start(product, 1, settings.withHeap(HEAP_OF_FILLED_MEMBER))) {
            long pid = members.processes().getFirst().pid();
            long before = LiveHeap.bytes(pid);
            int added = Znodes.fill(members.clients().getFirst(), znodes, Znodes.data(Row.SMALL));
            return (double) (LiveHeap.bytes(pid) - before) / added;
        }
    }

    /**
     * Time from the start of a process with an empty folder until a first session has read a znode, ms. Both products
     * start from an archive of their classes, as {@code bin/quorate-server} does.
     */
    double startToServingMs(Product product) throws IOException, InterruptedException {
        Settings archived = settings.withFlag("-XX:SharedArchiveFile=" + classArchive(product));
        long start = System.nanoTime();
        try (Members members = Members.launch(product, 1, archived)) {
            while (!serves(members.processes().getFirst())) {
                if (System.nanoTime() - start > START_LIMIT_NANOS) {
                    throw new IOException("The member does not serve after 60 s.");
                }
                Thread.sleep(POLL_MS);
            }
            return (System.nanoTime() - start) / NANOS_PER_MS;
        }
    }

    /** The archive of a product's classes, which a first start leaves when it ends; it lasts as long as this JVM. */
    private Path classArchive(Product product) throws IOException, InterruptedException {
        Path made = classArchives.get(product);
        if (made == null) {
            made = settings.dataRoot().resolve(product.title() + ".jsa");
            try (Members members = Members.start(product, 1, settings.withFlag("-XX:ArchiveClassesAtExit=" + made))) {
                serves(members.processes().getFirst());
            }
            made.toFile().deleteOnExit();
            classArchives.put(product, made);
        }
        return made;
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
