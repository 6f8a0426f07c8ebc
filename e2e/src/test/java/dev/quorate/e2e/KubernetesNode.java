package dev.quorate.e2e;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.opentest4j.TestAbortedException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;
import org.testcontainers.utility.MountableFile;

/**
 * The Kubernetes that the tests of this JVM share: k3s in a container with an image of this tree loaded into it, or
 * with {@code -Dkubeconfig=FILE -Dquorate.test.image=IMAGE} one that is there already and can pull that image.
 */
final class KubernetesNode {
    private static @Nullable KubernetesNode shared;

    private final @Nullable K3sContainer k3s;
    private final String kubeconfig;
    private final String image;

    private KubernetesNode(@Nullable K3sContainer k3s, String kubeconfig, String image) {
        this.k3s = k3s;
        this.kubeconfig = kubeconfig;
        this.image = image;
    }

    /** The one of this JVM, started when there is none yet; skips the test where none can be started. */
    static synchronized KubernetesNode running() {
        var node = shared;
        if (node == null) {
            try {
                node = System.getProperty("kubeconfig") == null
                        ? startK3s()
                        : existing(Path.of(System.getProperty("kubeconfig")));
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
            shared = node;
        }
        return node;
    }

    private static KubernetesNode existing(Path kubeconfig) throws IOException {
        var image = System.getProperty("quorate.test.image");
        if (image == null) {
            throw new IllegalArgumentException(
                    "-Dkubeconfig needs -Dquorate.test.image: an image of this build that the cluster can pull");
        }
        return new KubernetesNode(null, Files.readString(kubeconfig), image);
    }

    private static KubernetesNode startK3s() throws IOException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new TestAbortedException(
                    "skipped: no Docker engine answers here, and -Dkubeconfig names no Kubernetes");
        }
        var name = System.getenv().getOrDefault("K3S_IMAGE", "rancher/k3s:v1.34.1-k3s1");
        @SuppressWarnings("resource") // it serves all tests of this JVM
        var k3s = new K3sContainer(DockerImageName.parse(name).asCompatibleSubstituteFor("rancher/k3s"));
        Runtime.getRuntime().addShutdownHook(new Thread(k3s::stop, "stop-k3s"));
        k3s.start();
        var image = TestImage.build();
        k3s.copyFileToContainer(MountableFile.forHostPath(image.archive()), "/tmp/image.tar");
        run(k3s, "ctr", "-n", "k8s.io", "images", "import", "/tmp/image.tar");
        return new KubernetesNode(k3s, k3s.getKubeConfigYaml(), image.name());
    }

    /** What runs the operator from the image. */
    static List<String> operatorCommand() {
        return TestImage.command("dev.quorate.operator.Main");
    }

    KubernetesClient newClient() {
        return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
    }

    String image() {
        return image;
    }

    /** kill -9 of a container's process; skips the test where the node is out of reach. */
    void kill(String containerId) {
        if (k3s == null) {
            throw new TestAbortedException("skipped: a process can be killed only on a node of the test's own");
        }
        run(k3s, "ctr", "-n", "k8s.io", "tasks", "kill", "-s", "SIGKILL", containerId);
    }

    private static void run(K3sContainer k3s, String... command) {
        try {
            var ended = k3s.execInContainer(command);
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
