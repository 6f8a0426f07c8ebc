package dev.quorate.ensemble.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How requests are answered that change nothing but watches: ZooKeeper 3.9's rules. */
final class Reads {
    private static final Response NO_NODE = new Response.Failed(ErrorCode.NO_NODE);
    private static final Response NO_AUTH = new Response.Failed(ErrorCode.NO_AUTH);
    private static final Response NO_WATCHER = new Response.Failed(ErrorCode.NO_WATCHER);
    private static final Response BAD_ARGUMENTS = new Response.Failed(ErrorCode.BAD_ARGUMENTS);

    private static final Response TOO_MANY_WATCHES = new Response.Failed(ErrorCode.QUOTA_EXCEEDED);
    private static final Response TOO_LARGE = new Response.Failed(ErrorCode.MARSHALLING_ERROR);

    /** What a part of a multiRead's answer takes at most beside its content: a header, a length and a Stat. */
    private static final int PART_BYTES = 9 + 4 + 68;

    /** What a name takes in a list of children, about. */
    private static final int NAME_BYTES = 24;

    /** A list of at least so many children is kept until the next one is asked for. */
    private static final int LONG_LIST = 1000;

    private final State state;
    private final Watches watches;
    private Names longList = new Names(0, Bytes.EMPTY);
    private int longListOf = Znodes.NONE;
    private long longListPzxid;

    Reads(State state, Watches watches) {
        this.state = state;
        this.watches = watches;
    }

    Response answer(Request.Read request, Caller caller, ReadLimits limits) {
        return switch (request) {
            case Request.Exists exists -> exists(exists, caller, limits);
            case Request.ReadOp op -> readOp(op, caller, limits);
            case Request.GetAcl get -> getAcl(get, caller);
            case Request.GetEphemerals get -> getEphemerals(get, caller);
            case Request.GetAllChildrenNumber get -> getAllChildrenNumber(get, caller);
            case Request.WhoAmI who -> new Response.WhoAmI(caller.identities());
            case Request.MultiRead multi -> multiRead(multi, caller, limits);
            case Request.AddWatch add -> addWatch(add, caller, limits);
            case Request.RemoveWatches remove ->
                watches.remove(caller.sessionId(), remove.path(), remove.type()) ? Response.Done.DONE : NO_WATCHER;
            case Request.CheckWatches check ->
                watches.contains(caller.sessionId(), check.path(), check.type()) ? Response.Done.DONE : NO_WATCHER;
            case Request.SetWatches set -> setWatches(set, caller, limits);
        };
    }

    private Response readOp(Request.ReadOp op, Caller caller, ReadLimits limits) {
        return switch (op) {
            case Request.GetData get -> getData(get, caller, limits);
            case Request.GetChildren get -> getChildren(get, caller, limits);
        };
    }

    private Response exists(Request.Exists exists, Caller caller, ReadLimits limits) {
        if (exists.path().length() > Paths.MAX_LENGTH || exists.path().indexOf('\0') >= 0) {
            return BAD_ARGUMENTS;
        }
        int id = find(exists.path());
        if (id != Znodes.NONE && !allowed(id, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (exists.watch()) {
            if (!hasRoom(caller, exists.path(), limits)) {
                return TOO_MANY_WATCHES;
            }
            watches.watchData(caller, exists.path());
        }
        return id == Znodes.NONE ? NO_NODE : new Response.StatOnly(Znode.stat(state.znodes.node(id)));
    }

    private Response getData(Request.GetData get, Caller caller, ReadLimits limits) {
        int id = find(get.path());
        if (id == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(id, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (get.watch()) {
            if (!hasRoom(caller, get.path(), limits)) {
                return TOO_MANY_WATCHES;
            }
            watches.watchData(caller, get.path());
        }
        byte[] node = state.znodes.node(id);
        return new Response.Data(Znode.data(node), Znode.stat(node));
    }

    private Response getChildren(Request.GetChildren get, Caller caller, ReadLimits limits) {
        int id = find(get.path());
        if (id == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(id, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (get.watch() && !hasRoom(caller, get.path(), limits)) {
            return TOO_MANY_WATCHES;
        }
        Names names = childNames(id, limits.maxReplyBytes());
        if (names == null) {
            return TOO_LARGE;
        }
        if (get.watch()) {
            watches.watchChildren(caller, get.path());
        }
        return get.withStat()
                ? new Response.ChildrenWithStat(names, Znode.stat(state.znodes.node(id)))
                : new Response.Children(names);
    }

    private boolean hasRoom(Caller caller, String path, ReadLimits limits) {
        return watches.hasRoom(caller.sessionId(), path, limits.maxWatchBytes());
    }

    /**
     * The names of a node's children; null when they are longer than that. Long lists are made once for each change.
     */
    private @Nullable Names childNames(int id, int maxBytes) {
        byte[] parent = state.znodes.node(id);
        int count = Znode.children(parent);
        if (count < LONG_LIST) {
            return packNames(id, count, maxBytes);
        }
        if (id != longListOf || Znode.pzxid(parent) != longListPzxid) {
            Names names = packNames(id, count, maxBytes);
            if (names == null) {
                return null;
            }
            longList = names;
            longListOf = id;
            longListPzxid = Znode.pzxid(parent);
        }
        return longList.packed().length() > maxBytes ? null : longList;
    }

    private @Nullable Names packNames(int id, int count, int maxBytes) {
        byte[] packed = new byte[(int) Math.min(count * 20L, maxBytes)];
        int at = 0;
        for (int child = state.znodes.firstChild(id); child != Znodes.NONE; child = state.znodes.nextSibling(child)) {
            byte[] node = state.znodes.node(child);
            int length = Znode.nameLength(node);
            if (at + length + 4L > maxBytes) {
                return null;
            }
            if (packed.length - at < length + 4) {
                packed = Arrays.copyOf(packed, (int) Math.min(packed.length * 2L + length + 4, maxBytes));
            }
            packed[at] = (byte) (length >>> 24);
            packed[at + 1] = (byte) (length >>> 16);
            packed[at + 2] = (byte) (length >>> 8);
            packed[at + 3] = (byte) length;
            System.arraycopy(node, Znode.nameAt(node), packed, at + 4, length);
            at += 4 + length;
        }
        return new Names(count, new Bytes(packed, 0, at));
    }

    /** About how many bytes the answer to a request would take now. */
    long estimate(Request.Read request) {
        return switch (request) {
            case Request.ReadOp op -> estimate(op);
            case Request.MultiRead multi -> {
                long bytes = 0;
                for (Request.ReadOp op : multi.ops()) {
                    bytes += estimate(op);
                }
                yield bytes;
            }
            default -> Response.FIXED_BYTES;
        };
    }

    private long estimate(Request.ReadOp op) {
        return switch (op) {
            case Request.GetData get -> {
                int id = find(get.path());
                Bytes data = id == Znodes.NONE ? null : Znode.data(state.znodes.node(id));
                yield Response.FIXED_BYTES + (data == null ? 0 : data.length());
            }
            case Request.GetChildren get -> {
                int id = find(get.path());
                long count = id == Znodes.NONE ? 0 : Znode.children(state.znodes.node(id));
                yield Response.FIXED_BYTES + count * NAME_BYTES;
            }
        };
    }

    private Response getAcl(Request.GetAcl get, Caller caller) {
        int id = find(get.path());
        if (id == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(id, Acl.READ | Acl.ADMIN, caller)) {
            return NO_AUTH;
        }
        byte[] node = state.znodes.node(id);
        List<Acl> acl = state.acls.acl(Znode.acl(node));
        List<Acl> shown = allowed(id, Acl.ADMIN, caller) ? acl : Access.masked(acl);
        return new Response.AclResult(shown, Znode.stat(node));
    }

    private Response getEphemerals(Request.GetEphemerals get, Caller caller) {
        String prefix = get.prefix();
        boolean all = prefix.isBlank() || prefix.strip().equals(Paths.ROOT);
        List<String> paths = new ArrayList<>();
        for (String path : state.sessions.ephemerals(caller.sessionId())) {
            if (all || path.startsWith(prefix)) {
                paths.add(path);
            }
        }
        return new Response.Ephemerals(paths);
    }

    private Response getAllChildrenNumber(Request.GetAllChildrenNumber get, Caller caller) {
        int root = find(get.path());
        if (root == Znodes.NONE) {
            return NO_NODE;
        }
        if (!allowed(root, Acl.READ, caller)) {
            return NO_AUTH;
        }
        if (root == Znodes.ROOT) {
            return new Response.ChildrenNumber(state.znodes.count() - 1);
        }
        int count = 0;
        int id = root;
        while (true) {
            int next = state.znodes.firstChild(id);
            while (next == Znodes.NONE && id != root) {
                next = state.znodes.nextSibling(id);
                id = next == Znodes.NONE ? state.znodes.parent(id) : id;
            }
            if (next == Znodes.NONE) {
                return new Response.ChildrenNumber(count);
            }
            id = next;
            count++;
        }
    }

    /** A short request can name the same large znode many times, so what comes together is counted as it comes. */
    private Response multiRead(Request.MultiRead multi, Caller caller, ReadLimits limits) {
        List<Response.Part> parts = new ArrayList<>(multi.ops().size());
        long bytes = 0;
        for (Request.ReadOp op : multi.ops()) {
            Response response = readOp(op, caller, limits);
            bytes += PART_BYTES + contentBytes(response);
            if (bytes > limits.maxMultiBytes() && !parts.isEmpty()) {
                return TOO_LARGE;
            }
            Response.Kind kind = switch (op) {
                case Request.GetData get -> Response.Kind.GET_DATA;
                case Request.GetChildren get -> Response.Kind.GET_CHILDREN;
            };
            parts.add(new Response.Part(response instanceof Response.Failed ? Response.Kind.ERROR : kind, response));
        }
        return new Response.Multi(parts);
    }

    private static int contentBytes(Response response) {
        return switch (response) {
            case Response.Data read -> read.data() == null ? 0 : read.data().length();
            case Response.Children children -> children.names().packed().length();
            default -> 0;
        };
    }

    private Response addWatch(Request.AddWatch add, Caller caller, ReadLimits limits) {
        if (!Paths.valid(add.path())) {
            return BAD_ARGUMENTS;
        }
        if (!hasRoom(caller, add.path(), limits)) {
            return TOO_MANY_WATCHES;
        }
        watches.watchPersistently(caller, add.path(), add.mode());
        return new Response.WatchAdded();
    }

    /** A client never hears that some of its watches were not set again: the caller of this has to let it go. */
    private Response setWatches(Request.SetWatches set, Caller caller, ReadLimits limits) {
        long session = caller.sessionId();
        for (String path : set.data()) {
            int id = find(path);
            if (id == Znodes.NONE) {
                watches.fireMissed(session, EventType.DELETED, path);
            } else if (Znode.mzxid(state.znodes.node(id)) > set.relativeZxid() && allowed(id, Acl.READ, caller)) {
                watches.fireMissed(session, EventType.DATA_CHANGED, path);
            } else {
                watches.watchData(caller, path);
            }
        }
        for (String path : set.exist()) {
            int id = find(path);
            if (id != Znodes.NONE && allowed(id, Acl.READ, caller)) {
                watches.fireMissed(session, EventType.CREATED, path);
            } else {
                watches.watchData(caller, path);
            }
        }
        for (String path : set.child()) {
            int id = find(path);
            if (id == Znodes.NONE) {
                watches.fireMissed(session, EventType.DELETED, path);
            } else if (Znode.pzxid(state.znodes.node(id)) > set.relativeZxid() && allowed(id, Acl.READ, caller)) {
                watches.fireMissed(session, EventType.CHILDREN_CHANGED, path);
            } else {
                watches.watchChildren(caller, path);
            }
        }
        for (String path : set.persistent()) {
            watches.watchPersistently(caller, path, AddWatchMode.PERSISTENT);
        }
        for (String path : set.recursive()) {
            watches.watchPersistently(caller, path, AddWatchMode.PERSISTENT_RECURSIVE);
        }
        return watches.hasRoom(session, "", limits.maxWatchBytes()) ? Response.Done.DONE : TOO_MANY_WATCHES;
    }

    private int find(String path) {
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        return state.znodes.find(bytes, bytes.length);
    }

    private boolean allowed(int id, int perm, Caller caller) {
        int acl = Znode.acl(state.znodes.node(id));
        return acl == Acls.OPEN || Access.allowed(state.acls.acl(acl), perm, caller.identities());
    }
}
