package dev.quorate.sim.member;

import dev.quorate.ensemble.member.ClientConnection;
import dev.quorate.ensemble.member.Clients.ClientRequest;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.ensemble.tree.Response;
import dev.quorate.ensemble.tree.WatchEvent;
import java.util.List;

/** Somebody who asks one member for one change of the members, with a session of its own, as the superuser. */
public final class SimAdmin implements ClientConnection {
    private static final int AUTH_XID = -4;
    private static final Bytes PROOF = Bytes.utf8("super:sim");
    private static final int TIMEOUT_MS = 10_000;

    private final World world;
    private final SimProcess process;
    private final Command command;
    private boolean answered;

    private SimAdmin(World world, SimProcess process, Command command) {
        this.world = world;
        this.process = process;
        this.command = command;
    }

    /** Asks; the answer stands in the trace, if it comes. */
    public static SimAdmin ask(World world, SimProcess process, Command command) {
        SimAdmin admin = new SimAdmin(world, process, command);
        process.post("admin", 0, command, () -> process.clients().connect(admin, 0, TIMEOUT_MS, 0, new byte[16]));
        return admin;
    }

    /**
     * Whether what was asked for was done or refused; it may still be done while this is false, whatever became of the
     * member.
     */
    public boolean answered() {
        return answered;
    }

    @Override
    public String remoteAddress() {
        return "10.0.0.1";
    }

    @Override
    public void connected(int timeoutMs, long sessionId, byte[] password) {
        if (sessionId != 0) {
            List<ClientRequest> requests = List.of(
                    new ClientRequest(AUTH_XID, new Request.Auth(0, "digest", PROOF)),
                    new ClientRequest(1, new Request.Write(command, Request.ReplyShape.PLAIN)),
                    new ClientRequest(2, new Request.CloseSession()));
            process.post("admin asks", sessionId, command, () -> process.clients().requests(this, requests));
        }
    }

    @Override
    public void reply(int xid, long zxid, Response response) {
        if (xid == 1) {
            answered = true;
            world.trace().event(world.scheduler().nowNs(), process.id(), "admin is told", zxid, response);
        }
    }

    @Override
    public void event(WatchEvent event) {}

    @Override
    public void flush() {}

    @Override
    public void close() {}

    @Override
    public boolean isFull() {
        return false;
    }

    @Override
    public void credit(int requests) {}
}
