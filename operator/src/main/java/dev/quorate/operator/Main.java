package dev.quorate.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the operator against the cluster it finds itself in, or that the kubeconfig names, until it is told to end. */
public final class Main {
    private static final int EXIT_USAGE = 2;
    private static final int EXIT_FAILED = 12;

    static {
        // Programs that run an operator inside themselves bring their own configuration of logging.
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "logback-operator.xml");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Takes no arguments; see {@link Settings#fromEnvironment} for what can be set. */
    public static void main(String[] args) throws InterruptedException {
        KubernetesClient client = new KubernetesClientBuilder().build();
        Operator operator = start(client);
        var ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            operator.close();
            client.close();
            ended.countDown();
        }, "shutdown"));
        ended.await();
    }

    private static Operator start(KubernetesClient client) {
        try {
            Settings settings = Settings.fromEnvironment(System.getenv(),
                    Objects.requireNonNullElse(client.getNamespace(), "default"));
            Operator operator = Operator.start(client, settings, Main::lost);
            LOG.info("Looks after Ensembles in {}",
                    settings.namespaces().isEmpty() ? "all namespaces" : settings.namespaces());
            return operator;
        } catch (IllegalArgumentException e) {
            LOG.error("{}", e.getMessage());
            System.exit(EXIT_USAGE);
            throw e;
        } catch (RuntimeException e) {
            // Kubernetes starts it again, later and later.
            LOG.error("Could not start: {}", e.getMessage(), e);
            System.exit(EXIT_FAILED);
            throw e;
        }
    }

    private static void lost(Throwable cause) {
        // Kubernetes starts it again.
        LOG.error("Can't watch the API server any more: {}", cause.getMessage(), cause);
        System.exit(EXIT_FAILED);
    }
}
