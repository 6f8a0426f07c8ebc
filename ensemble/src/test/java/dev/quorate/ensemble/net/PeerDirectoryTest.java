package dev.quorate.ensemble.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.quorate.ensemble.member.Transport.Directory;
import dev.quorate.ensemble.member.Transport.PeerAddress;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PeerDirectoryTest {
    private static final Directory DIRECTORY = new Directory(0x300000007L,
            List.of(new PeerAddress(1, "zk-1.example", 2888), new PeerAddress(70_000, "fe80::1", 65_535)));

    @Test
    void aDirectoryComesBackAsItWas() {
        for (var directory : List.of(DIRECTORY, Directory.EMPTY)) {
            assertThat(PeerDirectory.decode(Unpooled.wrappedBuffer(PeerDirectory.encode(directory))))
                    .isEqualTo(directory);
        }
    }

    @Test
    void everyCutIsRefused() {
        byte[] bytes = PeerDirectory.encode(DIRECTORY);
        for (int length = 0; length < bytes.length; length++) {
            var cut = Unpooled.wrappedBuffer(Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> PeerDirectory.decode(cut)).isInstanceOf(CorruptedFrameException.class);
        }
    }

    @Test
    void aDirectoryThatIsTooLongIsRefusedBeforeItIsRead() {
        var bytes = Unpooled.buffer().writeLong(1).writeShort(60_000);
        assertThatThrownBy(() -> PeerDirectory.decode(bytes)).hasMessageContaining("60000 members");
    }
}
