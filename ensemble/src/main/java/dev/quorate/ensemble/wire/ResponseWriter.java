package dev.quorate.ensemble.wire;

import dev.quorate.ensemble.tree.Identity;
import dev.quorate.ensemble.tree.Response;
import io.netty.buffer.ByteBuf;

/** The bodies of replies. */
final class ResponseWriter {
    private ResponseWriter() {}

    static void write(Response response, ByteBuf out) {
        switch (response) {
            case Response.Done done -> {
                // An empty body.
            }
            case Response.Failed failed -> {
                // The header says it all.
            }
            case Response.Created created -> JuteWriter.string(created.path(), out);
            case Response.CreatedWithStat created -> {
                JuteWriter.string(created.path(), out);
                JuteWriter.stat(created.stat(), out);
            }
            case Response.StatOnly only -> JuteWriter.stat(only.stat(), out);
            case Response.Data data -> {
                JuteWriter.bytes(data.data(), out);
                JuteWriter.stat(data.stat(), out);
            }
            case Response.Children children -> JuteWriter.names(children.names(), out);
            case Response.ChildrenWithStat children -> {
                JuteWriter.names(children.names(), out);
                JuteWriter.stat(children.stat(), out);
            }
            case Response.AclResult result -> {
                JuteWriter.acl(result.acl(), out);
                JuteWriter.stat(result.stat(), out);
            }
            case Response.Ephemerals ephemerals -> JuteWriter.strings(ephemerals.paths(), out);
            case Response.ChildrenNumber number -> out.writeInt(number.count());
            case Response.WhoAmI who -> whoAmI(who, out);
            case Response.Synced synced -> JuteWriter.string(synced.path(), out);
            case Response.WatchAdded added -> out.writeInt(0);
            case Response.Multi multi -> multi(multi, out);
        }
    }

    private static void multi(Response.Multi multi, ByteBuf out) {
        for (Response.Part part : multi.parts()) {
            int error = part.response() instanceof Response.Failed failed ? failed.error().code() : 0;
            multiHeader(opcode(part.kind()), false, error, out);
            if (part.kind() == Response.Kind.ERROR) {
                out.writeInt(error);
            } else {
                write(part.response(), out);
            }
        }
        multiHeader(OpCode.ERROR, true, -1, out);
    }

    private static void multiHeader(int type, boolean done, int error, ByteBuf out) {
        out.writeInt(type);
        out.writeBoolean(done);
        out.writeInt(error);
    }

    private static int opcode(Response.Kind kind) {
        return switch (kind) {
            case CREATE -> OpCode.CREATE;
            case CREATE_WITH_STAT -> OpCode.CREATE2;
            case DELETE -> OpCode.DELETE;
            case SET_DATA -> OpCode.SET_DATA;
            case CHECK -> OpCode.CHECK;
            case GET_DATA -> OpCode.GET_DATA;
            case GET_CHILDREN -> OpCode.GET_CHILDREN;
            case ERROR -> OpCode.ERROR;
        };
    }

    /** Only the user of a digest is shown, never the hash. */
    private static void whoAmI(Response.WhoAmI who, ByteBuf out) {
        int countAt = out.writerIndex();
        out.writeInt(0);
        int count = 0;
        for (Identity identity : who.identities()) {
            if (!identity.scheme().equals(Identity.SUPER.scheme())) {
                int colon = identity.scheme().equals("digest") ? identity.id().indexOf(':') : -1;
                JuteWriter.string(identity.scheme(), out);
                JuteWriter.string(colon < 0 ? identity.id() : identity.id().substring(0, colon), out);
                count++;
            }
        }
        out.setInt(countAt, count);
    }
}
