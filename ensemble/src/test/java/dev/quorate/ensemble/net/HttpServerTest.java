package dev.quorate.ensemble.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private final Network network = new Network(1);
    private final HttpServer server = new HttpServer(network,
            (path, answer) -> answer.accept(HttpServer.Answer.line(path.equals("/busy") ? 503 : 200, "page " + path)));
    private final HttpClient client = HttpClient.newHttpClient();
    private InetSocketAddress address = new InetSocketAddress(0);

    @BeforeEach
    void listen() throws IOException {
        address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void close() {
        client.close();
        server.close();
        network.close();
    }

    @Test
    void pagesAreAnsweredOnConnectionsThatStayOpen() throws Exception {
        for (int i = 0; i < 5; i++) {
            var answer = send("GET", "/livez?verbose");
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("page /livez\n");
            assertThat(answer.headers().firstValue("cache-control")).hasValue("no-store");
        }
        assertThat(send("GET", "/busy").statusCode()).isEqualTo(503);
    }

    @Test
    void headHasNoBody() throws Exception {
        var answer = send("HEAD", "/livez");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("content-length")).hasValue("12");
    }

    @Test
    void otherMethodsAreRefused() throws Exception {
        var answer = send("POST", "/livez");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD");
        assertThat(answer.body()).isEqualTo("only GET and HEAD are answered here\n");
    }

    @Test
    void whatIsNotHttpIsRefusedAndOthersAreServed() throws Exception {
        for (var junk : new String[]{"hello\r\n\r\n", "GET /" + "x".repeat(5000) + " HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nA: " + "x".repeat(20_000) + "\r\n\r\n",
                "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"}) {
            try (var socket = new Socket(address.getAddress(), address.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(junk.getBytes(StandardCharsets.US_ASCII));
                assertThat(socket.getInputStream().read()).isIn((int) 'H', -1);
            }
        }
        assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }
}
