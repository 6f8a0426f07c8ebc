package dev.quorate.e2e.quickstart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.quorate.crds.Condition;
import dev.quorate.crds.Ensemble;
import dev.quorate.e2e.local.LocalCluster;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** See {@code bin/quickstart --help}. */
@Command(name = "quickstart", mixinStandardHelpOptions = true,
        description = "Runs an Ensemble on this machine: a Kubernetes API server in memory, the real "
                + "operator, and the real servers as processes on loopback addresses. Edits of FILE are applied; "
                + "Ctrl-C ends everything.")
public final class Quickstart implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long REFRESH_MS = 200;
    private static final int BAD_INPUT = 2;

    @Parameters(arity = "0..1", paramLabel = "FILE", description = "an Ensemble as YAML (default: ${DEFAULT-VALUE})",
            defaultValue = "docs/examples/ensemble.yaml")
    private Path file = Path.of("");

    @Option(names = "--data", paramLabel = "DIR",
            description = "keep all objects and data in DIR and go on from there at the next start "
                    + "(default: a temporary folder, removed at the end)")
    private @Nullable Path data;

    private final Screen screen = new Screen(System.out, isTerminal());
    private final CountDownLatch ended = new CountDownLatch(1);

    private Quickstart() {}

    /** Runs until it is interrupted; exits with 2 when the file can't be applied. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Quickstart()).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (!Files.isReadable(file)) {
            System.err.println("quickstart: " + file + " can't be read: name a file with an Ensemble");
            return BAD_INPUT;
        }
        var folder = data == null ? Files.createTempDirectory("quorate-") : Files.createDirectories(data);
        // Its own file: the operator's log would tear the table apart.
        System.setProperty("logback.configurationFile", "dev/quorate/e2e/quickstart/logback.xml");
        System.setProperty("quorate.log", folder.resolve("operator.log").toString());
        var cluster = LocalCluster.start(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(cluster, folder), "end"));
        cluster.startOperator();
        var source = new EnsembleFile(file);
        Ensemble ensemble;
        long appliedNanos = System.nanoTime();
        try {
            ensemble = source.apply(cluster.client(), cluster.namespace());
        } catch (EnsembleFile.Refused refused) {
            System.err.println("quickstart: " + refused.getMessage());
            return BAD_INPUT;
        }
        screen.say(file + " applied as Ensemble " + ensemble.getMetadata().getName() + "; data and logs in " + folder);
        follow(cluster, source, ensemble, appliedNanos);
        return 0;
    }

    private void follow(LocalCluster cluster, EnsembleFile source, Ensemble first, long appliedNanos)
            throws InterruptedException {
        var ensemble = first;
        var told = "";
        while (!ended.await(REFRESH_MS, TimeUnit.MILLISECONDS)) {
            if (source.hasChanged()) {
                try {
                    ensemble = source.apply(cluster.client(), cluster.namespace());
                    screen.say(file + " applied again");
                } catch (EnsembleFile.Refused refused) {
                    screen.say("not applied: " + refused.getMessage());
                }
            }
            var pods = pods(cluster);
            var rows = pods.stream().map(pod -> row(cluster, pod)).toList();
            screen.show(rows);
            // After a start on kept data the status is that of the last run until members answer.
            var tell = rows.stream().allMatch(Row::answers) ? state(cluster, ensemble, pods) : "";
            if (!tell.equals(told)) {
                told = tell;
                if (!tell.isEmpty()) {
                    screen.say("%s %.1f s after the file was first applied".formatted(tell,
                            (System.nanoTime() - appliedNanos) / 1e9));
                }
            }
        }
    }

    /** What to tell of the ensemble as a whole: how to connect once it is Ready, else nothing. */
    private static String state(LocalCluster cluster, Ensemble applied, List<Pod> pods) {
        var ensemble = cluster.client().resource(applied).get();
        boolean ready = ensemble != null && ensemble.getStatus() != null && ensemble.getStatus().conditions() != null
                && ensemble.getStatus()
                        .conditions().stream().anyMatch(condition -> condition.type().equals("Ready")
                                && condition.status() == Condition.Status.True);
        if (!ready) {
            return "";
        }
        var address = cluster.connectString(pods.stream().map(pod -> pod.getMetadata().getName()).toList());
        return """
                zkCli:  zkCli.sh -server %1$s
                Java:   new ZooKeeper("%1$s", 10_000, event -> {})
                kazoo:  KazooClient(hosts="%1$s")
                Ready""".formatted(address);
    }

    private static List<Pod> pods(LocalCluster cluster) {
        return cluster.client().pods().inNamespace(cluster.namespace()).list().getItems().stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName())).toList();
    }

    private static Row row(LocalCluster cluster, Pod pod) {
        boolean ready = pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
        var name = pod.getMetadata().getName();
        try {
            JsonNode status = JSON.readTree(cluster.ask(name, "/v1/status"));
            return new Row(name, status.path("role").asText("?"), status.path("lastLoggedZxid").asText(""), ready);
        } catch (UncheckedIOException | IllegalStateException silent) {
            return new Row(name, pod.getMetadata().getDeletionTimestamp() == null ? "starting" : "ending", "", ready);
        } catch (IOException unreadable) {
            return new Row(name, "unreadable", "", ready);
        }
    }

    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again when there is no terminal
    private static boolean isTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    private void end(LocalCluster cluster, Path folder) {
        ended.countDown();
        cluster.close();
        if (data == null) {
            try (var paths = Files.walk(folder)) {
                paths.sorted(Comparator.reverseOrder()).forEach(path -> Objects.requireNonNull(path).toFile().delete());
            } catch (IOException failed) {
                System.err.println("quickstart: " + folder + " is left behind: " + failed.getMessage());
            }
        }
    }
}
