package dev.quorate.ensemble.net;

import static org.awaitility.Awaitility.await;

import dev.quorate.ensemble.member.Transport.PeerAddress;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerPortTest {
    private final Network network = new Network(1);
    private final ExecutorService loop = Executors.newSingleThreadExecutor();
    private int number;
    private PeerPort port;

    @BeforeEach
    void listenOnOneAddress() throws IOException {
        port = new PeerPort(network, null, loop, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {}
        });
        var address = TestPeer.addresses(1).getFirst();
        number = address.getPort();
        port.listen(address);
    }

    @AfterEach
    void end() {
        port.close();
        loop.shutdown();
        network.close();
    }

    @Test
    void listensEverywhereWhereTheSamePortOfOneAddressWasListenedOnBefore() {
        loop.execute(() -> port.follow(new PeerAddress(1, "member-1.example", number)));
        await().ignoreExceptions().until(() -> isReached("127.0.0.2", number));
    }

    @Test
    void listensOnAnotherPort() throws IOException {
        int other = TestPeer.addresses(1).getFirst().getPort();
        loop.execute(() -> port.follow(new PeerAddress(1, "127.0.0.1", other)));
        await().ignoreExceptions().until(() -> isReached("127.0.0.1", other));
    }

    private static boolean isReached(String host, int number) throws IOException {
        try (var socket = new Socket(InetAddress.getByName(host), number)) {
            return socket.isConnected();
        }
    }
}
