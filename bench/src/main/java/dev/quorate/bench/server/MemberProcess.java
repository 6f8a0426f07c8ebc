package dev.quorate.bench.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** One member as a process of its own, with its folder and its log. */
public final class MemberProcess {
    private static final long STOP_LIMIT_SECONDS = 20;

    private final Product product;
    private final Path folder;
    private final int id;
    private final InetSocketAddress client;
    private final int adminPort;
    private final List<String> command;
    private Process process;

    private MemberProcess(Product product, Path folder, int id, InetSocketAddress client, int adminPort,
            List<String> command) throws IOException {
        this.product = product;
        this.folder = folder;
        this.id = id;
        this.client = client;
        this.adminPort = adminPort;
        this.command = command;
        this.process = launch();
    }

    /** Starts the member whose {@code zoo.cfg} stands in {@code folder}. */
    static MemberProcess start(Product product, Settings settings, Path folder, int id, int clientPort, int adminPort)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xms" + settings.heap(), "-Xmx" + settings.heap()));
        command.addAll(settings.jvmFlags());
        command.addAll(product.ownFlags());
        if (settings.recordings() != null) {
            command.addAll(Profile.flags());
        }
        command.addAll(List.of("-cp", product.classPath(), product.mainClass(), folder.resolve("zoo.cfg").toString()));
        return new MemberProcess(product, folder, id,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), adminPort, command);
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("server.log").toFile())).start();
    }

    /** The member's id. */
    public int id() {
        return id;
    }

    /** Where clients reach it. */
    public InetSocketAddress client() {
        return client;
    }

    /** The process id. */
    public long pid() {
        return process.pid();
    }

    /** Its role: leader, follower or standalone; empty while it does not serve. */
    public Optional<String> mode() {
        return FourLetterWord.mode(client);
    }

    /** Writes its flight recording to a file in {@code recordings}. */
    public void dumpRecording(Path recordings) throws IOException, InterruptedException {
        Profile.dump(pid(), Profile.file(recordings, product, id));
    }

    /** CPU time used so far, ns. */
    long cpuNanos() {
        return process.info().totalCpuDuration().map(Duration::toNanos).orElse(0L);
    }

    /** Ends the process as {@code kill -9} does. */
    public void kill() {
        process.destroyForcibly();
    }

    /** Asks the process to end, as {@code kill} does. */
    public void terminate() {
        process.destroy();
    }

    /** Asks a leader of ours to hand over. */
    public void handOver() throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://" + Members.HOST + ":" + adminPort + "/v1/handover"))
                .header("Authorization", "Bearer " + Product.ADMIN_TOKEN).POST(HttpRequest.BodyPublishers.noBody());
        try (var http = HttpClient.newHttpClient()) {
            var answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 202) {
                throw new IOException("member " + id + " does not hand over: " + answer.body());
            }
        }
    }

    /** Starts it again on its data, once the process before has ended. */
    public void restart() throws IOException, InterruptedException {
        awaitEnd();
        process = launch();
    }

    /** Waits until the process has ended; one that does not end by itself in 20 s is killed. */
    public void awaitEnd() throws InterruptedException {
        if (!process.waitFor(STOP_LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    /** Throws with the end of the log when the process is no more. */
    void checkAlive() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("%s member %d ended with code %d; its log ends with:%n%s".formatted(product.title(),
                    id, process.exitValue(), LogTail.of(folder.resolve("server.log"))));
        }
    }
}
