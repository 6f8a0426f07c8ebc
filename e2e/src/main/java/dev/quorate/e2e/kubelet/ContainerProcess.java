package dev.quorate.e2e.kubelet;

import dev.quorate.e2e.process.Tether;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** One life of a container: a JVM with the server, and when and how it ended. */
final class ContainerProcess {
    private static final String MAIN = "dev.quorate.ensemble.Main";
    private static final String CONFIG = "/etc/quorate/zoo.cfg";

    private final Process process;

    private ContainerProcess(Process process) {
        this.process = process;
    }

    /**
     * Starts the server as the image's entry point would.
     *
     * @param java the command that runs a JVM with the server on its class path
     */
    static ContainerProcess start(List<String> java, Pod pod, Container container, String address, Path hosts,
            Map<String, Path> mounts,
            Path folder) throws IOException {
        var config = Path.of(Volumes.rewrite(CONFIG, mounts));
        if (Files.exists(config)) {
            Volumes.rewriteFile(config, mounts);
        }
        var command = new ArrayList<>(java);
        command.addAll(List.of("-Dquorate.bind=" + address, "-Djdk.net.hosts.file=" + hosts,
                "-Djava.io.tmpdir=" + Volumes.rewrite("/tmp", mounts), Tether.class.getName(), MAIN));
        var args = container.getArgs().isEmpty() ? List.of(CONFIG) : container.getArgs();
        args.forEach(arg -> command.add(Volumes.rewrite(arg, mounts)));
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()));
        for (var variable : container.getEnv()) {
            builder.environment().put(variable.getName(), value(variable, pod, address));
        }
        return new ContainerProcess(builder.start());
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** As a container runtime tells it; 128 + the signal's number for a process that a signal ended. */
    int exitCode() {
        return process.exitValue();
    }

    /** SIGTERM. */
    void terminate() {
        process.toHandle().destroy(); // Process.destroy would close the pipe that Tether watches, too
    }

    /** SIGKILL; returns when the process is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Waits for the end; kills the process when the limit is over. */
    void awaitEnd(long limitMs) {
        process.onExit().completeOnTimeout(process, limitMs, TimeUnit.MILLISECONDS).join();
        kill();
    }

    private static String value(EnvVar variable, Pod pod, String address) {
        var from = variable.getValueFrom();
        if (from == null) {
            return Objects.requireNonNullElse(variable.getValue(), "");
        }
        return switch (from.getFieldRef() == null ? "" : from.getFieldRef().getFieldPath()) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "status.podIP" -> address;
            default -> throw new IllegalArgumentException(
                    "the local cluster can't resolve the source of " + variable.getName());
        };
    }
}
