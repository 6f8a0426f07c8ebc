package dev.quorate.ensemble.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Caller;
import dev.quorate.ensemble.tree.Command;
import dev.quorate.ensemble.tree.CreateMode;
import dev.quorate.ensemble.tree.DataTree;
import dev.quorate.ensemble.tree.Levels;
import dev.quorate.ensemble.tree.Origin;
import dev.quorate.ensemble.tree.Txn;
import dev.quorate.ensemble.zab.ConfigMember;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A tree survives its snapshot's bytes, wherever they are cut. */
class SnapshotCodecTest {
    private final DataTree tree = new DataTree(event -> {}, Levels.KNOWN);
    private long zxid;

    @BeforeEach
    void someTree() {
        apply(new Command.Found(1, "cluster", Bytes.utf8("key"), List.of(new ConfigMember(1, 1, true, "a:1:2"))));
        apply(new Command.CreateSession(1_000));
        for (int i = 0; i < 300; i++) {
            apply(new Command.Create("/n" + i, i % 3 == 0 ? null : Bytes.utf8("x".repeat(i)),
                    i % 5 == 0 ? Acl.READ_ONLY : Acl.OPEN, i % 7 == 0 ? CreateMode.CONTAINER : CreateMode.PERSISTENT));
        }
    }

    @Test
    void theTreeComesBackFromPiecesOfAnySize() throws MalformedPacket {
        byte[] bytes = snapshot();
        Random random = new Random(1);
        for (int round = 0; round < 20; round++) {
            SnapshotCodec.Reader reader = new SnapshotCodec.Reader(event -> {}, Levels.KNOWN);
            int at = 0;
            while (at < bytes.length) {
                int length = Math.min(bytes.length - at, 1 + random.nextInt(round < 10 ? 50 : 5_000));
                reader.accept(Arrays.copyOfRange(bytes, at, at + length));
                at += length;
            }
            DataTree loaded = reader.finish();
            assertThat(loaded.digest()).isEqualTo(tree.digest());
            assertThat(loaded.lastZxid()).isEqualTo(zxid);
            assertThat(loaded.znodeCount()).isEqualTo(tree.znodeCount());
        }
    }

    @Test
    void damagedSnapshotsAreRefusedAndNeverAnotherTree() {
        byte[] bytes = snapshot();
        Random random = new Random(2);
        for (int round = 0; round < 300; round++) {
            byte[] damaged = bytes.clone();
            int at = random.nextInt(bytes.length);
            damaged[at] ^= (byte) (1 + random.nextInt(255));
            SnapshotCodec.Reader reader = new SnapshotCodec.Reader(event -> {}, Levels.KNOWN);
            try {
                reader.accept(damaged);
                assertThat(reader.finish().digest()).isEqualTo(tree.digest());
            } catch (MalformedPacket e) {
                assertThat(e).hasMessageMatching(".+");
            }
        }
    }

    @Test
    void aCutSnapshotIsRefused() throws MalformedPacket {
        byte[] bytes = snapshot();
        for (int length : List.of(0, 1, 100, bytes.length / 2, bytes.length - 1)) {
            SnapshotCodec.Reader reader = new SnapshotCodec.Reader(event -> {}, Levels.KNOWN);
            reader.accept(Arrays.copyOf(bytes, length));
            assertThatThrownBy(reader::finish).isInstanceOf(MalformedPacket.class);
        }
    }

    private byte[] snapshot() {
        SnapshotCodec.Writer writer = new SnapshotCodec.Writer();
        tree.startSnapshot(writer);
        while (!tree.walk(10)) {
            assertThat(writer.size()).isPositive();
        }
        return writer.take();
    }

    private void apply(Command command) {
        zxid++;
        tree.apply(zxid, zxid, new Txn(new Origin(1, 1, 1), zxid, Caller.ENSEMBLE, command));
    }
}
