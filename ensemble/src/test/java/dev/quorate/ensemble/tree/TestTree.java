package dev.quorate.ensemble.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.ensemble.zab.ConfigMember;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A founded tree with one session and words for what tests do to it. */
final class TestTree {
    static final Origin ORIGIN = new Origin(1, 77, 1);
    static final List<Identity> LOCALHOST = List.of(new Identity("ip", "127.0.0.1"));
    static final int TIMEOUT_MS = 10_000;

    final List<WatchEvent> events = new ArrayList<>();
    DataTree tree = new DataTree(events::add, Levels.KNOWN);
    long zxid = 0x100000000L;
    long timeMs = 1_700_000_000_000L;
    static final ReadLimits LIMITS = new ReadLimits(1 << 20, 32 << 20, 1 << 20);
    long seq;
    Caller caller;

    TestTree() {
        apply(Caller.ENSEMBLE, new Command.Found(1, "cluster", Bytes.utf8("secret key of the cluster"),
                List.of(new ConfigMember(1, 11, true, "a:2888:3888:participant;0.0.0.0:2181"))));
        caller = session(ORIGIN);
    }

    Caller session(Origin origin) {
        Outcome outcome = apply(origin, new Caller(0, LOCALHOST), new Command.CreateSession(TIMEOUT_MS));
        return new Caller(((Outcome.SessionCreated) outcome).sessionId(), LOCALHOST);
    }

    Caller digest(String user) {
        return with(caller, new Identity("digest", user + ":hash"));
    }

    static Caller with(Caller caller, Identity identity) {
        List<Identity> identities = new ArrayList<>(caller.identities());
        identities.add(identity);
        return new Caller(caller.sessionId(), identities);
    }

    Outcome apply(Command command) {
        return apply(caller, command);
    }

    Outcome apply(Caller by, Command command) {
        return apply(ORIGIN, by, command);
    }

    Outcome apply(Origin origin, Caller by, Command command) {
        return tree.apply(++zxid, ++timeMs, new Txn(origin, ++seq, by, command));
    }

    Outcome create(String path) {
        return create(path, "data", CreateMode.PERSISTENT);
    }

    Outcome create(String path, @Nullable String data, CreateMode mode) {
        return create(caller, path, data, mode, Acl.OPEN);
    }

    Outcome create(Caller by, String path, @Nullable String data, CreateMode mode, List<Acl> acl) {
        return apply(by, new Command.Create(path, data == null ? null : Bytes.utf8(data), acl, mode));
    }

    Outcome delete(String path) {
        return apply(new Command.Delete(path, -1));
    }

    Outcome setData(String path, String data) {
        return apply(new Command.SetData(path, Bytes.utf8(data), -1));
    }

    Stat stat(String path) {
        return ((Response.StatOnly) read(new Request.Exists(path, false))).stat();
    }

    Response read(Request.Read request) {
        return read(request, caller);
    }

    Response read(Request.Read request, Caller by) {
        return tree.read(request, by, LIMITS);
    }

    List<String> children(String path) {
        return ((Response.Children) read(new Request.GetChildren(path, false, false))).names().list();
    }

    boolean exists(String path) {
        return read(new Request.Exists(path, false)) instanceof Response.StatOnly;
    }

    static void assertFailed(Outcome outcome, ErrorCode error) {
        assertThat(outcome).isEqualTo(new Outcome.Failed(error));
    }

    static void assertFailed(Response response, ErrorCode error) {
        assertThat(response).isEqualTo(new Response.Failed(error));
    }
}
