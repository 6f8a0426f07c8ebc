package dev.quorate.e2e.chaos;

import dev.quorate.sim.history.Call;
import dev.quorate.sim.history.Op;
import dev.quorate.sim.history.Result;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.jute.Record;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;
import org.apache.zookeeper.proto.Create2Response;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.GetChildrenRequest;
import org.apache.zookeeper.proto.GetChildrenResponse;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.GetDataResponse;
import org.apache.zookeeper.proto.SetDataRequest;
import org.apache.zookeeper.proto.SetDataResponse;
import org.apache.zookeeper.proto.SyncRequest;
import org.jspecify.annotations.Nullable;

/**
 * A client that reads and writes shared registers, one request after the other, and writes down what it was answered.
 */
final class Load implements AutoCloseable {
    static final List<String> ROOTS = List.of("/r", "/e");
    private static final int REGISTERS = 8;
    private static final Duration THINK = Duration.ofMillis(20);

    private final int number;
    private final Supplier<List<InetSocketAddress>> members;
    private final Random random;
    private final List<Op> ops = new ArrayList<>();
    private final Thread thread;
    private final int[] versions = new int[REGISTERS];
    private RawSession session = new RawSession();
    private long order;
    private int values;
    private boolean ephemeralExists;
    private volatile boolean stopped;
    private final AtomicInteger expired = new AtomicInteger();
    private volatile long lastWriteNs = System.nanoTime();
    private long lastAnsweredNs;
    private volatile @Nullable Throwable failure;

    Load(int number, Supplier<List<InetSocketAddress>> members, long seed) {
        this.number = number;
        this.members = members;
        this.random = new Random(seed * 1_000 + number);
        this.thread = Thread.ofPlatform().name("load-" + number).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** When the last write was acknowledged, as {@link System#nanoTime()}. */
    long lastWriteNs() {
        return lastWriteNs;
    }

    /** How many sessions were lost. */
    int expired() {
        return expired.get();
    }

    /** Fails when the client did. */
    void check() {
        if (failure != null) {
            throw new IllegalStateException("client " + number + " failed", failure);
        }
    }

    /** Ends the client; what it saw, in its order. */
    List<Op> finish() throws InterruptedException {
        close();
        check();
        return ops;
    }

    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }

    private void run() {
        try {
            for (int root = 0; root < ROOTS.size() && !stopped;) {
                root += perform(new Call.Create(ROOTS.get(root), "", false, false)) ? 1 : 0;
            }
            while (!stopped) {
                perform(next());
                LockSupport.parkNanos(THINK.toNanos());
            }
            perform(new Call.CloseSession());
            session.close();
        } catch (IOException | RuntimeException wrong) {
            failure = wrong;
        }
    }

    private Call next() {
        int register = random.nextInt(REGISTERS);
        String path = "/r/" + register;
        int version = random.nextInt(3) == 0 ? -1 : versions[register];
        return switch (random.nextInt(20)) {
            case 0 -> new Call.Delete(path, version);
            case 1, 2 -> new Call.Create(path, value(), false, false);
            case 3 -> ephemeralExists
                    ? new Call.Delete("/e/" + number, -1)
                    : new Call.Create("/e/" + number, value(), true, false);
            case 4 -> new Call.GetChildren("/r", false);
            case 5 -> new Call.GetData("/e/" + random.nextInt(REGISTERS), false);
            case 6, 7, 8 -> new Call.Sync("/r");
            case 9, 10, 11, 12, 13 -> new Call.GetData(path, false);
            default -> new Call.SetData(path, value(), version);
        };
    }

    private String value() {
        return number + "-" + ++values;
    }

    /** False when there is no connection now, and nothing was asked. */
    private boolean perform(Call call) throws IOException {
        if (!session.isConnected() && !connect()) {
            return false;
        }
        long invokedNs = System.nanoTime();
        try {
            RawSession.Reply reply = session.call(type(call), request(call));
            lastAnsweredNs = invokedNs;
            Result result = reply.error() == 0 ? result(call, reply) : Result.NONE;
            ops.add(new Op(session.id(), order++, invokedNs, call,
                    new Op.Done(System.nanoTime(), reply.zxid(), reply.error(), result)));
            learn(call, reply.error(), result);
        } catch (IOException lost) {
            ops.add(new Op(session.id(), order++, invokedNs, call, null));
        }
        return true;
    }

    private void learn(Call call, int error, Result result) {
        if (call instanceof Call.Write && error == 0) {
            lastWriteNs = System.nanoTime();
        }
        if (call instanceof Call.Step step && step.path().startsWith("/e/")) {
            ephemeralExists = call instanceof Call.Create;
        }
        if (call instanceof Call.GetData read && read.path().startsWith("/r/") && result instanceof Result.Data data) {
            versions[Integer.parseInt(read.path().substring(3))] = data.stat().version();
        }
    }

    private boolean connect() {
        List<InetSocketAddress> known = members.get();
        if (known.isEmpty()) {
            LockSupport.parkNanos(THINK.toNanos());
            return false;
        }
        try {
            if (session.connect(known.get(random.nextInt(known.size())))) {
                return true;
            }
            checkSilence();
            session = new RawSession();
            ephemeralExists = false;
            expired.incrementAndGet();
        } catch (IOException notServing) {
            LockSupport.parkNanos(Duration.ofMillis(50 + random.nextInt(100)).toNanos());
        }
        return false;
    }

    /**
     * A session is lost only when nobody answered it for long. The member that did may have died before it could tell.
     */
    private void checkSilence() {
        long silentMs = (System.nanoTime() - lastAnsweredNs) / 1_000_000;
        if (silentMs < RawSession.SESSION_TIMEOUT_MS / 3) {
            throw new IllegalStateException(
                    "session 0x%x was lost %d ms after its last answer".formatted(session.id(), silentMs));
        }
    }

    private static int type(Call call) {
        return switch (call) {
            case Call.Create unused -> ZooDefs.OpCode.create2;
            case Call.SetData unused -> ZooDefs.OpCode.setData;
            case Call.Delete unused -> ZooDefs.OpCode.delete;
            case Call.GetData unused -> ZooDefs.OpCode.getData;
            case Call.GetChildren unused -> ZooDefs.OpCode.getChildren;
            case Call.Sync unused -> ZooDefs.OpCode.sync;
            case Call.CloseSession unused -> ZooDefs.OpCode.closeSession;
            default -> throw new IllegalArgumentException(call.toString());
        };
    }

    private static @Nullable Record request(Call call) {
        return switch (call) {
            case Call.Create create -> new CreateRequest(create.path(), bytes(create.data()),
                    ZooDefs.Ids.OPEN_ACL_UNSAFE, create.ephemeral() ? 1 : 0);
            case Call.SetData set -> new SetDataRequest(set.path(), bytes(set.data()), set.version());
            case Call.Delete delete -> new DeleteRequest(delete.path(), delete.version());
            case Call.GetData read -> new GetDataRequest(read.path(), false);
            case Call.GetChildren read -> new GetChildrenRequest(read.path(), false);
            case Call.Sync sync -> new SyncRequest(sync.path());
            default -> null;
        };
    }

    private static Result result(Call call, RawSession.Reply reply) throws IOException {
        return switch (call) {
            case Call.Create unused -> new Result.Created(read(reply, new Create2Response()).getPath());
            case Call.SetData unused -> new Result.Stated(stat(read(reply, new SetDataResponse()).getStat()));
            case Call.GetData unused -> {
                var read = read(reply, new GetDataResponse());
                yield new Result.Data(new String(read.getData(), StandardCharsets.UTF_8), stat(read.getStat()));
            }
            case Call.GetChildren unused ->
                new Result.Children(read(reply, new GetChildrenResponse()).getChildren());
            default -> Result.NONE;
        };
    }

    private static <R extends Record> R read(RawSession.Reply reply, R into) throws IOException {
        into.deserialize(reply.body(), "reply");
        return into;
    }

    private static Result.NodeStat stat(Stat stat) {
        return new Result.NodeStat(stat.getCzxid(), stat.getMzxid(), stat.getVersion(), stat.getEphemeralOwner(),
                stat.getNumChildren());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
