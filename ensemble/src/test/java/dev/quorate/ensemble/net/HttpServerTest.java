package dev.quorate.ensemble.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpServerTest {
    private final Network network = new Network(1);
    private final HttpServer server = new HttpServer(network, new TestPages());
    private final List<Consumer<HttpServer.Answer>> held = new CopyOnWriteArrayList<>();
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
        var answer = send("DELETE", "/livez");
        assertThat(answer.statusCode()).isEqualTo(405);
        assertThat(answer.headers().firstValue("allow")).hasValue("GET, HEAD, POST");
        assertThat(answer.body()).isEqualTo("only GET, HEAD and POST are answered here\n");
    }

    @Test
    void aPostBringsItsTokenAndItsBody() throws Exception {
        var uri = URI.create("http://127.0.0.1:" + address.getPort() + "/v1/do?it");
        var request = HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("now"));
        assertThat(client.send(request.build(), BodyHandlers.ofString()).body()).isEqualTo("/v1/do  now\n");
        request.header("Authorization", "bearer secret");
        assertThat(client.send(request.build(), BodyHandlers.ofString()).body()).isEqualTo("/v1/do secret now\n");
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

    @Test
    void whoSaysNothingMakesRoomForOthers() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try (var used = new Socket(address.getAddress(), address.getPort())) {
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 60; j++) {
                    var stranger = new Socket(address.getAddress(), address.getPort());
                    stranger.getOutputStream().write("GET /live".getBytes(StandardCharsets.US_ASCII));
                    strangers.add(stranger);
                }
                assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
                assertThat(firstLine(used, "/livez")).isEqualTo("HTTP/1.1 200 OK");
            }
            strangers.getFirst().setSoTimeout(10_000);
            assertThat(strangers.getFirst().getInputStream().read()).isEqualTo(-1);
        } finally {
            for (var stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void requestsOfOneConnectionAreAnsweredOneAfterTheOther() throws Exception {
        try (var socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setSoTimeout(10_000);
            var request = "GET /held HTTP/1.1\r\nHost: a\r\n\r\n";
            socket.getOutputStream().write(request.repeat(2).getBytes(StandardCharsets.US_ASCII));
            await().untilAsserted(() -> assertThat(held).isNotEmpty());
            assertThat(send("GET", "/livez").statusCode()).isEqualTo(200);
            assertThat(held).hasSize(1);
            held.getFirst().accept(HttpServer.Answer.line(200, "first"));
            await().untilAsserted(() -> assertThat(held).hasSize(2));
            held.getLast().accept(HttpServer.Answer.line(404, "second"));
            var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
            assertThat(in.lines().filter(line -> line.startsWith("HTTP/1.1")).limit(2)).containsExactly(
                    "HTTP/1.1 200 OK",
                    "HTTP/1.1 404 Not Found");
        }
    }

    private final class TestPages implements HttpServer.Pages {
        @Override
        public void get(String path, Consumer<HttpServer.Answer> answer) {
            if (path.equals("/held")) {
                held.add(answer);
            } else {
                answer.accept(HttpServer.Answer.line(path.equals("/busy") ? 503 : 200, "page " + path));
            }
        }

        @Override
        public void post(String path, String bearer, String body, Consumer<HttpServer.Answer> answer) {
            answer.accept(HttpServer.Answer.line(202, path + ' ' + bearer + ' ' + body));
        }
    }

    /** Asks on a connection that stays open; what follows the first line of the answer is left out of account. */
    private static String firstLine(Socket socket, String path) throws IOException {
        socket.setSoTimeout(10_000);
        var request = "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        byte[] answer = new byte[8192];
        int length = 0;
        var end = "page " + path + "\n";
        while (!new String(answer, 0, length, StandardCharsets.US_ASCII).endsWith(end)) {
            int read = socket.getInputStream().read(answer, length, answer.length - length);
            if (read < 0) {
                return "closed";
            }
            length += read;
        }
        return new String(answer, 0, length, StandardCharsets.US_ASCII).lines().findFirst().orElseThrow();
    }

    private HttpResponse<String> send(String method, String path) throws IOException, InterruptedException {
        var uri = URI.create("http://127.0.0.1:" + address.getPort() + path);
        return client.send(HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
                BodyHandlers.ofString());
    }
}
