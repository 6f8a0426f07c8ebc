package dev.quorate.e2e.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One member as a process of its own. It may be killed, paused and started again on its folder any number of times. */
public final class MemberProcess implements AutoCloseable {
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private static final int ASK_TIMEOUT_MS = 1000;

    private final int id;
    private final Path folder;
    private final int clientPort;
    private final int adminPort;
    private final List<String> command;
    private String serverLine = "";
    private @Nullable Process process;

    MemberProcess(int id, Path folder, int clientPort, int adminPort, List<String> command) {
        this.id = id;
        this.folder = folder;
        this.clientPort = clientPort;
        this.adminPort = adminPort;
        this.command = List.copyOf(command);
    }

    /** The number in {@code server.N}, from 1. */
    public int id() {
        return id;
    }

    /** How a configuration names it: {@code server.N=host:peerPort:electionPort:role;clientHost:clientPort}. */
    public String serverLine() {
        return "server." + id + "=" + serverLine;
    }

    void serverLine(String address) {
        serverLine = address;
    }

    /** Holds zoo.cfg, the data folder {@code data} and {@link #log()}. */
    public Path folder() {
        return folder;
    }

    /** What the process printed in all its lives. */
    public Path log() {
        return folder.resolve("member.log");
    }

    /** Where clients connect: host:port. */
    public String clientAddress() {
        return "127.0.0.1:" + clientPort;
    }

    /** The port in {@link #clientAddress}. */
    public int clientPort() {
        return clientPort;
    }

    /** Root of the admin interface, without a slash at its end. */
    public URI adminAddress() {
        return URI.create("http://127.0.0.1:" + adminPort);
    }

    /** The present process's id. */
    public long pid() {
        return running().pid();
    }

    /** True from {@link #start()} until the process has ended; a paused process is alive. */
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** @throws IllegalStateException when it has ended, with its exit code and the end of its log */
    public void checkAlive() {
        var running = running();
        if (!running.isAlive()) {
            throw new IllegalStateException(
                    "member " + id + " ended with code " + running.exitValue() + ":\n" + lastLines());
        }
    }

    /** Starts the process; it is not serving yet when this returns. */
    public synchronized void start() throws IOException {
        if (isAlive()) {
            throw new IllegalStateException("member " + id + " runs already");
        }
        process = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile())).start();
    }

    /** kill -9; returns when the process is gone. */
    public void kill() {
        try {
            running().destroyForcibly().waitFor();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * SIGTERM, then waits for the end.
     *
     * @return the exit code as the process gave it
     * @throws IllegalStateException when it did not end within the limit; it is killed then
     */
    public int stop(Duration limit) throws InterruptedException {
        var ending = running();
        ending.toHandle().destroy(); // Process.destroy would close the pipe that Tether watches, too
        if (!ending.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new IllegalStateException(
                    "member " + id + " did not end within " + limit + " of SIGTERM, see " + log());
        }
        return ending.exitValue();
    }

    /** SIGSTOP: the process keeps its sockets and does nothing. */
    public void pause() throws IOException {
        signal("STOP");
    }

    /** SIGCONT after {@link #pause()}. */
    public void resume() throws IOException {
        signal("CONT");
    }

    /** The answer to {@code GET /v1/status}, or empty while there is none. Only our own server has it. */
    public Optional<String> status() {
        var ask = HttpRequest.newBuilder(adminAddress().resolve("/v1/status"))
                .timeout(Duration.ofMillis(ASK_TIMEOUT_MS)).build();
        try {
            var answer = HTTP.send(ask, BodyHandlers.ofString());
            return answer.statusCode() == 200 ? Optional.of(answer.body()) : Optional.empty();
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * {@code leader}, {@code follower}, {@code observer} or {@code standalone} as the four-letter word srvr tells it;
     * empty while the member does not serve.
     */
    public Optional<String> role() {
        try {
            return word("srvr").lines().filter(line -> line.startsWith("Mode: ")).map(line -> line.substring(6))
                    .findFirst();
        } catch (IOException notServing) {
            return Optional.empty();
        }
    }

    /** The answer to a four-letter word. */
    public String word(String word) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), clientPort), ASK_TIMEOUT_MS);
            socket.setSoTimeout(ASK_TIMEOUT_MS);
            socket.getOutputStream().write(word.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            var answer = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(answer);
            return answer.toString(StandardCharsets.UTF_8);
        }
    }

    /** Ends the process at once if it runs. */
    @Override
    public void close() {
        if (isAlive()) {
            kill();
        }
    }

    /** The end of what the process printed, for messages of failed tests. */
    String lastLines() {
        try {
            var lines = Files.readAllLines(log());
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private void signal(String name) throws IOException {
        try {
            int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).inheritIO().start().waitFor();
            if (code != 0) {
                throw new IOException("kill -" + name + " of member " + id + " ended with " + code);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Process running() {
        if (process == null) {
            throw new IllegalStateException("member " + id + " was not started");
        }
        return process;
    }
}
