package dev.quorate.ensemble.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.jute.Record;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.MultiOperationRecord;
import org.apache.zookeeper.Op;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.ZooDefs.OpCode;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.apache.zookeeper.proto.AddWatchRequest;
import org.apache.zookeeper.proto.CheckWatchesRequest;
import org.apache.zookeeper.proto.CreateRequest;
import org.apache.zookeeper.proto.CreateTTLRequest;
import org.apache.zookeeper.proto.DeleteRequest;
import org.apache.zookeeper.proto.ExistsRequest;
import org.apache.zookeeper.proto.GetACLRequest;
import org.apache.zookeeper.proto.GetAllChildrenNumberRequest;
import org.apache.zookeeper.proto.GetChildren2Request;
import org.apache.zookeeper.proto.GetChildrenRequest;
import org.apache.zookeeper.proto.GetDataRequest;
import org.apache.zookeeper.proto.GetEphemeralsRequest;
import org.apache.zookeeper.proto.RemoveWatchesRequest;
import org.apache.zookeeper.proto.SetACLRequest;
import org.apache.zookeeper.proto.SetDataRequest;
import org.apache.zookeeper.proto.SetWatches2;
import org.apache.zookeeper.proto.SyncRequest;
import org.jspecify.annotations.Nullable;

/** Requests drawn from a seed, over few paths so that they meet. */
final class RandomRequests {
    private static final String[] ODD_PATHS = {"/a/", "//a", "a", "/a//b", "/a/./b", "/../a", "/ä", "/a\u0001"};

    private final Random random;

    /** @param body null where the request has none */
    record Sample(int opcode, @Nullable Record body) {}

    RandomRequests(long seed) {
        random = new Random(seed);
    }

    Sample next(long zxid) {
        return switch (random.nextInt(26)) {
            case 0, 1, 2, 3, 4 -> create(random.nextBoolean() ? OpCode.create : OpCode.create2);
            case 5, 6 -> new Sample(OpCode.delete, new DeleteRequest(path(), version()));
            case 7, 8 -> new Sample(OpCode.setData, new SetDataRequest(path(), data(), version()));
            case 9, 10 -> multi();
            case 11 -> new Sample(OpCode.exists, new ExistsRequest(path(), random.nextBoolean()));
            case 12 -> new Sample(OpCode.getData, new GetDataRequest(path(), random.nextBoolean()));
            case 13 -> new Sample(OpCode.getChildren, new GetChildrenRequest(path(), random.nextBoolean()));
            case 14 -> new Sample(OpCode.getChildren2, new GetChildren2Request(path(), random.nextBoolean()));
            case 15 -> new Sample(OpCode.getACL, new GetACLRequest(path()));
            case 16 -> new Sample(OpCode.setACL, new SetACLRequest(path(), acl(), version()));
            case 17 -> new Sample(OpCode.getAllChildrenNumber, new GetAllChildrenNumberRequest(path()));
            case 18 -> new Sample(OpCode.getEphemerals, new GetEphemeralsRequest(random.nextBoolean() ? "/" : path()));
            case 19 -> multiRead();
            case 20 -> new Sample(OpCode.addWatch, new AddWatchRequest(goodPath(), random.nextInt(3)));
            case 21 -> new Sample(OpCode.removeWatches, new RemoveWatchesRequest(path(), random.nextInt(7)));
            case 22 -> new Sample(OpCode.checkWatches, new CheckWatchesRequest(path(), random.nextInt(7)));
            case 23 -> setWatches(zxid);
            case 24 -> new Sample(OpCode.sync, new SyncRequest(path()));
            default -> odd();
        };
    }

    private Sample create(int opcode) {
        int flag = random.nextInt(20) == 0 ? 9 : random.nextInt(4);
        if (random.nextInt(6) == 0) {
            return new Sample(OpCode.createContainer, new CreateRequest(path(), data(), acl(), 4));
        }
        return new Sample(opcode, new CreateRequest(path(), data(), acl(), flag));
    }

    private Sample odd() {
        return switch (random.nextInt(3)) {
            case 0 -> new Sample(OpCode.whoAmI, null);
            case 1 -> new Sample(OpCode.createTTL, new CreateTTLRequest(path(), data(), Ids.OPEN_ACL_UNSAFE, 5, 1000));
            default -> new Sample(OpCode.getData, null);
        };
    }

    private Sample multi() {
        List<Op> ops = new ArrayList<>();
        for (int i = random.nextInt(5); i >= 0; i--) {
            ops.add(switch (random.nextInt(5)) {
                case 0, 1 -> Op.create(path(), data(), acl(), random.nextInt(4));
                case 2 -> Op.delete(path(), version());
                case 3 -> Op.setData(path(), data(), version());
                default -> Op.check(path(), version());
            });
        }
        if (random.nextInt(3) == 0) {
            ops.add(Op.create(goodPath(), data(), acl(), CreateMode.CONTAINER));
        }
        return new Sample(OpCode.multi, new MultiOperationRecord(ops));
    }

    private Sample multiRead() {
        List<Op> ops = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            ops.add(random.nextBoolean() ? Op.getData(path()) : Op.getChildren(path()));
        }
        return new Sample(OpCode.multiRead, new MultiOperationRecord(ops));
    }

    private Sample setWatches(long zxid) {
        return new Sample(OpCode.setWatches2, new SetWatches2(zxid - random.nextInt(40), paths(), paths(), paths(),
                paths(), paths()));
    }

    private List<String> paths() {
        List<String> paths = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
            paths.add(goodPath());
        }
        return paths;
    }

    private List<ACL> acl() {
        return switch (random.nextInt(16)) {
            case 0 -> Ids.READ_ACL_UNSAFE;
            case 1 -> Ids.CREATOR_ALL_ACL;
            case 2 -> List.of(new ACL(7, new Id("ip", "127.0.0.0/8")), new ACL(31, new Id("digest", "x:y")));
            case 3 -> List.of();
            case 4 -> List.of(new ACL(31, new Id("nobody", "knows")));
            case 5 -> List.of(new ACL(1, new Id("ip", "10.0.0.1")), new ACL(31, new Id("auth", "")),
                    new ACL(1, new Id("ip", "10.0.0.1")));
            default -> Ids.OPEN_ACL_UNSAFE;
        };
    }

    private byte @Nullable [] data() {
        int length = random.nextInt(12) - 1;
        return length < 0 ? null : "0123456789ab".substring(0, length).getBytes(StandardCharsets.US_ASCII);
    }

    private int version() {
        return random.nextInt(4) - 1;
    }

    private String path() {
        return random.nextInt(40) == 0 ? ODD_PATHS[random.nextInt(ODD_PATHS.length)] : goodPath();
    }

    private String goodPath() {
        if (random.nextInt(30) == 0) {
            return "/";
        }
        StringBuilder path = new StringBuilder();
        for (int i = random.nextInt(3); i >= 0; i--) {
            path.append('/').append((char) ('a' + random.nextInt(3)));
        }
        return path.toString();
    }
}
