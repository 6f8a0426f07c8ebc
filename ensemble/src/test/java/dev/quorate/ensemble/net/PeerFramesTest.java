package dev.quorate.ensemble.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class PeerFramesTest {
    /** What jute.maxbuffer can be set to at most, and room for what an entry says beside the request. */
    private static final int LONGEST_ENTRY_BYTES = (64 << 20) + (1 << 20);

    /** An entry that fits into no frame would never be committed, nor anything behind it. */
    @Test
    void theLongestEntryFitsIntoAFrame() {
        var out = Unpooled.buffer(LONGEST_ENTRY_BYTES + 64);
        int start = PeerFrames.begin(PeerFrames.Kind.HELLO, out);
        out.writeZero(LONGEST_ENTRY_BYTES);
        PeerFrames.end(start, out);
        assertThat(out.getInt(start)).isGreaterThan(LONGEST_ENTRY_BYTES);
    }
}
