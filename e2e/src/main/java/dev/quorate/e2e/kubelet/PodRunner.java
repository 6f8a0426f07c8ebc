package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The life of one pod, on a thread of its own: waits for its volumes, runs its container again and again as its
 * restart policy says, asks its probes, reports its status, and ends it when the pod is deleted.
 */
final class PodRunner {
    private static final System.Logger LOG = System.getLogger(PodRunner.class.getName());
    private static final long TICK_MS = 50;
    private static final long RETRY_MS = 200;
    private static final long FIRST_BACKOFF_MS = 1_000;
    private static final long LONGEST_BACKOFF_MS = 30_000;

    /** What all pods of a node share. */
    record Node(KubernetesClient client, Addresses addresses, Volumes volumes, HostsFile hosts, Images images,
            Path folder) {}

    private final Node node;
    private final String address;
    private final Path folder;
    private final String startTime = PodStatuses.now();
    private final Semaphore wake = new Semaphore(0);
    private volatile Pod pod;
    private volatile boolean closed;
    private volatile boolean nodeGoesDown;
    private volatile @Nullable ContainerProcess process;
    private @Nullable ContainerState last;
    private int restarts;
    private long deadlineMs = Long.MAX_VALUE;

    PodRunner(Node node, Pod pod) {
        this.node = node;
        this.pod = pod;
        this.address = node.addresses().next();
        this.folder = node.folder().resolve("pods")
                .resolve(pod.getMetadata().getName() + "-" + pod.getMetadata().getUid());
    }

    /** Begins, on a platform thread: it waits for processes. */
    Thread start() {
        return Thread.ofPlatform().daemon().name("pod-" + pod.getMetadata().getName()).start(this::run);
    }

    /** Takes note of a state of the pod. Answers and watch events come on two ways, so an older one may come last. */
    void update(Pod seen) {
        synchronized (this) {
            if (version(seen) >= version(pod)) {
                pod = seen;
            }
        }
        wake.release();
    }

    private static long version(Pod pod) {
        return Long.parseLong(pod.getMetadata().getResourceVersion());
    }

    /** kill -9 of the container's process. */
    void killProcess() {
        var running = process;
        if (running == null || !running.isAlive()) {
            throw new IllegalStateException("pod " + pod.getMetadata().getName() + " has no running process");
        }
        running.kill();
    }

    /** The node goes down: the process is asked to end; nothing is reported any more. */
    void shutDown() {
        nodeGoesDown = true;
        stop();
    }

    private void stop() {
        closed = true;
        var running = process;
        if (running != null) {
            running.terminate();
        }
        wake.release();
    }

    /** Kills the process where it does not end within the limit. */
    void close(long limitMs) {
        stop();
        var running = process;
        if (running != null) {
            running.awaitEnd(limitMs);
        }
    }

    private void run() {
        try {
            Files.createDirectories(folder);
            while (!isEnding() && runContainer() && mayRestart()) {
                backOff();
            }
            while (!closed && isDeleted() && !isGone()) {
                sleep(RETRY_MS);
            }
        } catch (IOException failed) {
            LOG.log(Level.ERROR, "pod " + pod.getMetadata().getName() + " can't run", failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            if (!nodeGoesDown) {
                close(0);
            }
            node.addresses().free(address);
        }
    }

    /** Tells the API server that the pod has ended; false when that does not answer. */
    private boolean isGone() {
        try {
            node.client().resource(pod).withGracePeriod(0).delete();
            return true;
        } catch (KubernetesClientException unanswered) {
            LOG.log(Level.DEBUG, "end of pod {0} not told: {1}", pod.getMetadata().getName(), unanswered.getMessage());
            return false;
        }
    }

    /** One life of the container; false when it was never started because the pod ends. */
    private boolean runContainer() throws IOException, InterruptedException {
        var container = pod.getSpec().getContainers().getFirst();
        while (!isEnding()) {
            try {
                var mounts = node.volumes().mount(pod, container, folder);
                process = ContainerProcess.start(node.images().command(container), pod, container, address,
                        node.hosts().path(), mounts, folder);
                follow(container, Objects.requireNonNull(process));
                return true;
            } catch (Images.Missing missing) {
                report("Pending", seen(container,
                        PodStatuses.waiting("ImagePullBackOff", Objects.toString(missing.getMessage())), false,
                        false));
                sleep(RETRY_MS);
            } catch (Volumes.NotYet | KubernetesClientException missing) {
                report("Pending",
                        seen(container,
                                PodStatuses.waiting("ContainerCreating", Objects.toString(missing.getMessage())), false,
                                false));
                sleep(RETRY_MS);
            }
        }
        return false;
    }

    private void follow(Container container, ContainerProcess running) throws InterruptedException {
        var startedAt = PodStatuses.now();
        var startup = new Prober(container.getStartupProbe(), container, address, nowMs());
        @Nullable
        Prober liveness = null;
        @Nullable
        Prober readiness = null;
        while (running.isAlive() && !closed) {
            long now = nowMs();
            if (isDeleted()) {
                end(running, now);
            }
            if (!startup.succeeds()) {
                startup.run(now);
            }
            if (startup.succeeds() && liveness == null) {
                liveness = new Prober(container.getLivenessProbe(), container, address, now);
                readiness = new Prober(container.getReadinessProbe(), container, address, now);
            }
            if (liveness != null && readiness != null) {
                readiness.run(now);
                liveness.run(now);
            }
            boolean dead = startup.hasGivenUp(now) || (liveness != null && liveness.hasGivenUp(now));
            if (dead && deadlineMs == Long.MAX_VALUE) {
                end(running, now);
            }
            boolean ready = readiness != null && readiness.succeeds() && !isDeleted();
            report("Running", seen(container, PodStatuses.running(startedAt), startup.succeeds(), ready));
            sleep(TICK_MS);
        }
        if (!closed) {
            deadlineMs = Long.MAX_VALUE;
            var ended = PodStatuses.terminated(running.exitCode(), startedAt);
            report(isDeleted() || mayRestart() ? "Running" : phase(running.exitCode()),
                    seen(container, ended, false, false));
            last = ended;
        }
    }

    /** SIGTERM at once, SIGKILL when the grace period is over; called again and again until the process is gone. */
    private void end(ContainerProcess running, long nowMs) {
        if (deadlineMs == Long.MAX_VALUE) {
            var metadata = pod.getMetadata();
            var grace = metadata.getDeletionGracePeriodSeconds() == null
                    ? pod.getSpec().getTerminationGracePeriodSeconds()
                    : metadata.getDeletionGracePeriodSeconds();
            deadlineMs = nowMs + 1000 * Objects.requireNonNullElse(grace, 30L);
            running.terminate();
        }
        if (nowMs >= deadlineMs) {
            running.kill();
        }
    }

    private void backOff() throws InterruptedException {
        var container = pod.getSpec().getContainers().getFirst();
        // The first restart is immediate, as on a real node.
        long waitMs = restarts == 0 ? 0 : Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS << Math.min(restarts - 1, 10));
        long end = nowMs() + waitMs;
        while (nowMs() < end && !isEnding()) {
            report("Running", seen(container,
                    PodStatuses.waiting("CrashLoopBackOff", "back-off " + waitMs + " ms restarting failed container"),
                    false, false));
            sleep(RETRY_MS);
        }
        restarts++;
    }

    private PodStatuses.Seen seen(Container container, ContainerState state, boolean started, boolean ready) {
        var running = process;
        return new PodStatuses.Seen(container, state, last, restarts, started, ready,
                running == null ? "" : "process://" + running.pid());
    }

    /** Writes the status if it is another than the one last seen. What fails is written at the next turn. */
    private void report(String phase, PodStatuses.Seen seen) {
        var current = pod;
        var status = PodStatuses.of(current, phase, address, startTime, seen);
        if (closed || status.equals(current.getStatus())) {
            return;
        }
        // A merge patch that names the uid: others write to the pod at the same time, and another pod may have its
        // name by now.
        var patch = new PodBuilder().withNewMetadata().withUid(current.getMetadata().getUid()).endMetadata()
                .withStatus(status).build();
        try {
            update(node.client().pods().resource(current).subresource("status").patch(
                    PatchContext.of(PatchType.JSON_MERGE),
                    Serialization.asJson(patch)));
        } catch (KubernetesClientException failed) {
            if (failed.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                    || failed.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                closed = true; // the pod is gone
            } else {
                LOG.log(Level.DEBUG, "status of pod {0} not written: {1}", current.getMetadata().getName(),
                        failed.getMessage());
            }
        }
    }

    private boolean mayRestart() {
        var running = process;
        return switch (Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), "Always")) {
            case "Never" -> false;
            case "OnFailure" -> running != null && running.exitCode() != 0;
            default -> true;
        };
    }

    private static String phase(int exitCode) {
        return exitCode == 0 ? "Succeeded" : "Failed";
    }

    private boolean isDeleted() {
        return pod.getMetadata().getDeletionTimestamp() != null;
    }

    private boolean isEnding() {
        return closed || isDeleted();
    }

    private void sleep(long ms) throws InterruptedException {
        if (wake.tryAcquire(ms, TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
        }
    }

    private static long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
