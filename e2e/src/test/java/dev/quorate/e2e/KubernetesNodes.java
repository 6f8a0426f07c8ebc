package dev.quorate.e2e;

import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Volume;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The Kubernetes that the tests of this JVM share: three nodes of k3s in containers, with the images of this tree in
 * them, or with {@code -Dkubeconfig=FILE} one that is there already and can pull the images that
 * {@code -Dquorate.test.image} and {@code -Dquorate.test.operatorImage} name.
 */
final class KubernetesNodes {
    private static final List<String> AGENTS = List.of("agent1", "agent2");
    private static final int API_PORT = 6443;
    private static final long LIMIT_SECONDS = 120;
    private static final int RETRIES = 5;
    private static final Duration REACHABLE = Duration.ofSeconds(1);
    private static @Nullable KubernetesNodes shared;

    private final Path kubeconfig;
    private final @Nullable K3sContainer server;
    private final Map<String, GenericContainer<?>> agents = new LinkedHashMap<>();

    private KubernetesNodes(Path kubeconfig, @Nullable K3sContainer server) {
        this.kubeconfig = kubeconfig;
        this.server = server;
    }

    /** The one of this JVM, started when there is none yet; skips the test where none can be started. */
    static synchronized KubernetesNodes running() {
        var nodes = shared;
        if (nodes == null) {
            try {
                nodes = System.getProperty("kubeconfig") == null
                        ? startK3s()
                        : new KubernetesNodes(Path.of(System.getProperty("kubeconfig")), null);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            shared = nodes;
        }
        return nodes;
    }

    @SuppressWarnings("resource") // they serve all tests of this JVM, and Testcontainers ends them with it
    private static KubernetesNodes startK3s() throws IOException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new TestAbortedException(
                    "skipped: no Docker engine answers here, and -Dkubeconfig names no Kubernetes");
        }
        var image = DockerImageName.parse(System.getenv().getOrDefault("K3S_IMAGE", "rancher/k3s:v1.34.1-k3s1"))
                .asCompatibleSubstituteFor("rancher/k3s");
        var token = UUID.randomUUID().toString();
        var network = Network.newNetwork();
        var server = new K3sContainer(image).withNetwork(network).withEnv("K3S_TOKEN", token);
        server.start();
        var nodes = new KubernetesNodes(
                Files.writeString(Path.of("target", "kubeconfig"), server.getKubeConfigYaml()), server);
        for (var name : AGENTS) {
            var agent = agent(image, network, token, name, address(server));
            agent.start();
            nodes.agents.put(name, agent);
        }
        nodes.awaitReady();
        nodes.load(server);
        nodes.agents.values().forEach(nodes::load);
        return nodes;
    }

    /** A further node, with the same rights and mounts as K3sContainer has. */
    private static GenericContainer<?> agent(DockerImageName image, Network network, String token, String name,
            String serverAddress) {
        return new GenericContainer<>(image).withPrivilegedMode(true).withNetwork(network)
                .withEnv("K3S_TOKEN", token).withTmpFs(Map.of("/run", "", "/var/run", ""))
                .withCreateContainerCmdModifier(command -> Objects.requireNonNull(command.getHostConfig())
                        .withCgroupnsMode("host")
                        .withBinds(new Bind("/sys/fs/cgroup", new Volume("/sys/fs/cgroup"), AccessMode.rw)))
                .withCommand("agent", "--server", "https://" + serverAddress + ":" + API_PORT, "--node-name", name);
    }

    private static String address(GenericContainer<?> node) {
        return Objects.requireNonNull(
                node.getContainerInfo().getNetworkSettings().getNetworks().values().iterator().next().getIpAddress());
    }

    private void awaitReady() {
        try (var client = newClient()) {
            for (var name : AGENTS) {
                client.nodes().withName(name).waitUntilCondition(KubernetesNodes::isReady, LIMIT_SECONDS,
                        TimeUnit.SECONDS);
            }
        }
    }

    private static boolean isReady(@Nullable Node node) {
        return node != null && node.getStatus().getConditions().stream().anyMatch(
                condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    private void load(GenericContainer<?> node) {
        for (var name : List.of("ensemble.tar", "operator.tar")) {
            var image = Path.of("..", "images", "target", name);
            if (!Files.exists(image)) {
                throw new IllegalStateException("no " + image + ": mvn verify -Pkubernetes builds it");
            }
            node.copyFileToContainer(MountableFile.forHostPath(image), "/image.tar");
            run(node, "ctr", "-n", "k8s.io", "images", "import", "/image.tar");
        }
    }

    KubernetesClient newClient() {
        try {
            var config = Config.fromKubeconfig(Files.readString(kubeconfig));
            config.setRequestRetryBackoffLimit(RETRIES);
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The file by which other programs reach it. */
    Path kubeconfig() {
        return kubeconfig;
    }

    /** Where this machine reaches the ports of nodes; empty where it has to go through the API server. */
    Optional<String> address() {
        if (server == null) {
            return Optional.empty();
        }
        var address = address(server);
        try (var probe = new Socket()) {
            probe.connect(new InetSocketAddress(address, API_PORT), (int) REACHABLE.toMillis());
            return Optional.of(address);
        } catch (IOException elsewhere) {
            return Optional.empty();
        }
    }

    /** Names of the nodes that may be lost. */
    List<String> spare() {
        return List.copyOf(agents.keySet());
    }

    /** The node's machine stands still. */
    void freeze(String node) {
        var agent = agent(node);
        agent.getDockerClient().pauseContainerCmd(agent.getContainerId()).exec();
    }

    /** Lets it go on. */
    void thaw(String node) {
        var agent = agent(node);
        agent.getDockerClient().unpauseContainerCmd(agent.getContainerId()).exec();
    }

    private GenericContainer<?> agent(String node) {
        var agent = agents.get(node);
        if (agent == null) {
            throw new IllegalArgumentException("not a spare node: " + node);
        }
        return agent;
    }

    /** kill -9 of a container's process; skips the test where the node is out of reach. */
    void kill(String node, String containerId) {
        run(agents.containsKey(node) ? agent(node) : server(), "ctr", "-n", "k8s.io", "tasks", "kill", "-s", "SIGKILL",
                containerId);
    }

    /** Nobody but the server node's own components reaches the API server; skips the test where it is out of reach. */
    void cutOffApi(Duration away) throws InterruptedException {
        var rule = new String[]{"INPUT", "!", "-i", "lo", "-p", "tcp", "--dport", Integer.toString(API_PORT), "-j",
                "REJECT", "--reject-with", "tcp-reset"};
        iptables("-I", rule);
        try {
            Thread.sleep(away);
        } finally {
            iptables("-D", rule);
        }
    }

    private void iptables(String action, String... rule) {
        var command = new String[rule.length + 2];
        command[0] = "iptables";
        command[1] = action;
        System.arraycopy(rule, 0, command, 2, rule.length);
        run(server(), command);
    }

    private K3sContainer server() {
        if (server == null) {
            throw new TestAbortedException("skipped: this can be done only to nodes of the test's own");
        }
        return server;
    }

    private static void run(GenericContainer<?> node, String... command) {
        try {
            var ended = node.execInContainer(command);
            if (ended.getExitCode() != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + ": " + ended.getStdout() + ended.getStderr());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }
}
