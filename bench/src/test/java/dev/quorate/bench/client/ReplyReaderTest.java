package dev.quorate.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.jute.BinaryOutputArchive;
import org.apache.zookeeper.proto.ReplyHeader;
import org.junit.jupiter.api.Test;

class ReplyReaderTest {
    private static final byte[] BODY = new byte[9];

    private final ReplyReader reader = new ReplyReader();

    @Test
    void takesWholeRepliesOnlyAndLeavesTheRest() throws IOException {
        byte[] one = reply(1, 5, 0);
        byte[] two = reply(2, 5, 0);
        ByteBuffer in = ByteBuffer.allocate(200).put(one).put(two).flip();
        int all = in.limit();
        in.limit(all - 1);
        assertThat(reader.take(in)).isTrue();
        assertThat(reader.take(in)).isFalse();
        assertThat(in.position()).isEqualTo(one.length);
        in.limit(all);
        assertThat(reader.take(in)).isTrue();
        assertThat(reader.lastXid()).isEqualTo(2);
        assertThat(reader.take(in)).isFalse();
    }

    @Test
    void repliesThatChangePlacesAreRefused() throws IOException {
        assertRefused("Reply 2 came where 1 must come", reply(2, 5, 0));
    }

    @Test
    void failedRequestsAreRefused() throws IOException {
        assertRefused("failed with error -101", reply(1, 5, -101));
    }

    @Test
    void zxidsThatFallAreRefused() throws IOException {
        reader.take(ByteBuffer.wrap(reply(1, 5, 0)));
        assertRefused("zxid fell from 5 to 4", reply(2, 4, 0));
    }

    @Test
    void bytesOfAnotherProtocolAreRefused() {
        assertRefused("not the client protocol", "HTTP/1.1 400 Bad Request".getBytes(
                java.nio.charset.StandardCharsets.US_ASCII));
    }

    private void assertRefused(String message, byte[] bytes) {
        assertThatThrownBy(() -> reader.take(ByteBuffer.wrap(bytes))).isInstanceOf(IOException.class)
                .hasMessageContaining(message);
    }

    private static byte[] reply(int xid, long zxid, int error) throws IOException {
        var body = new ByteArrayOutputStream();
        new ReplyHeader(xid, zxid, error).serialize(BinaryOutputArchive.getArchive(body), "");
        body.write(BODY);
        var frame = new ByteArrayOutputStream();
        var out = new DataOutputStream(frame);
        out.writeInt(body.size());
        body.writeTo(out);
        return frame.toByteArray();
    }
}
