package dev.quorate.ensemble.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.Identity;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.zab.Payload;
import dev.quorate.ensemble.tree.ErrorCode;
import dev.quorate.ensemble.zab.ConfigMember;
import dev.quorate.ensemble.zab.Configuration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Transactions survive their bytes. */
class TxnCodecTest {
    private static final Origin ORIGIN = new Origin(3, 0x123456789abcdefL, 42);
    private static final Caller CALLER = new Caller(77,
            List.of(new Identity("ip", "127.0.0.1"), new Identity("digest", "u:h")));
    private static final Command.Create CREATE = new Command.Create("/ä/b", Bytes.utf8("data"),
            List.of(new Acl(5, new Identity("digest", "x:y")), new Acl(31, Identity.ANYONE)),
            CreateMode.EPHEMERAL_SEQUENTIAL);

    private static final List<ConfigMember> MEMBERS = List.of(new ConfigMember(1, -7, true, "a:1:2"),
            new ConfigMember(2, 0, false, ""));

    static Stream<Command> commands() {
        return Stream.of(CREATE, new Command.Create("/", null, List.of(), CreateMode.CONTAINER),
                new Command.Delete("/a", 7), new Command.SetData("/a", null, -1),
                new Command.SetData("/a", Bytes.EMPTY, 1), new Command.SetAcl("/a", Acl.READ_ONLY, 2),
                new Command.Check("/a", 0), new Command.Multi(List.of()),
                new Command.Multi(List.of(CREATE, new Command.Delete("/x", -1), new Command.Check("/y", 9))),
                new Command.Reconfig("server.4=a:1:2;3", "1,2", null, -1),
                new Command.Reconfig("", "", "server.1=ä:1:2", 0x100000007L), new Command.CreateSession(30_000),
                new Command.AttachSession(9, Bytes.utf8("0123456789abcdef")),
                new Command.CloseSession(9, true), new Command.DeleteContainer("/c"), new Command.RaiseLevel(2),
                new Command.Joint(7, Configuration.founding(MEMBERS).joint(List.of(MEMBERS.getFirst()))),
                new Command.Final(7, 1, 9, MEMBERS), new Command.Abandon(7, ErrorCode.NEW_CONFIG_NO_QUORUM),
                new Command.Found(1, "cluster", Bytes.utf8("key"),
                        List.of(new ConfigMember(1, -7, true, "a:1:2"), new ConfigMember(2, 0, false, ""))));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCommandComesBackAsItWas(Command command) throws MalformedPacket {
        Txn txn = new Txn(ORIGIN, 99, CALLER, command);
        Payload payload = TxnCodec.encode(txn);
        assertThat(TxnCodec.decode(payload)).isEqualTo(txn);
        assertThat(TxnCodec.origin(payload)).isEqualTo(ORIGIN);
        assertThat(TxnCodec.originId(payload)).isEqualTo(3);
        assertThat(TxnCodec.seq(payload)).isEqualTo(99);
    }

    @Test
    void anAttachedSessionIsSeenWithoutDecodingTheRest() {
        Caller connecting = new Caller(0, CALLER.identities());
        Command attach = new Command.AttachSession(77, Bytes.utf8("0123456789abcdef"));
        assertThat(TxnCodec.attachedSession(TxnCodec.encode(new Txn(ORIGIN, 1, connecting, attach)))).isEqualTo(77);
        Command create = new Command.CreateSession(77);
        assertThat(TxnCodec.attachedSession(TxnCodec.encode(new Txn(ORIGIN, 1, connecting, create)))).isZero();
        assertThat(TxnCodec.attachedSession(TxnCodec.encode(new Txn(ORIGIN, 1, CALLER, attach)))).isZero();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void everyCutIsRefused(Command command) {
        byte[] bytes = TxnCodec.encode(new Txn(ORIGIN, 1, CALLER, command)).bytes();
        for (int length = 0; length < bytes.length; length++) {
            Payload cut = new Payload(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> TxnCodec.decode(cut)).isInstanceOf(MalformedPacket.class);
        }
        Payload longer = new Payload(Arrays.copyOf(bytes, bytes.length + 1));
        assertThatThrownBy(() -> TxnCodec.decode(longer)).isInstanceOf(MalformedPacket.class);
    }

    @Test
    void anotherFormatIsRefusedPlainly() {
        byte[] bytes = TxnCodec.encode(new Txn(ORIGIN, 1, CALLER, CREATE)).bytes();
        bytes[0] = 9;
        assertThatThrownBy(() -> TxnCodec.decode(new Payload(bytes))).hasMessageContaining("format 9");
    }
}
