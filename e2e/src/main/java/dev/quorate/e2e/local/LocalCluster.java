package dev.quorate.e2e.local;

import dev.quorate.crds.Ensemble;
import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.apiserver.ApiServer;
import dev.quorate.e2e.kubelet.Kubelet;
import dev.quorate.operator.Operator;
import dev.quorate.operator.Settings;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A cluster of this JVM and the processes that it starts. */
public final class LocalCluster implements Cluster {
    private static final Logger LOG = LoggerFactory.getLogger(LocalCluster.class);
    private static final String NAMESPACE = "default";
    private static final int CLIENT_PORT = 2181;
    private static final int ADMIN_PORT = 8080;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final ApiServer api;
    private final KubernetesClient client;
    private final Kubelet kubelet;
    private volatile @Nullable Operator operator;
    private @Nullable KubernetesClient operatorClient;

    private LocalCluster(ApiServer api, KubernetesClient client, Kubelet kubelet) {
        this.api = api;
        this.client = client;
        this.kubelet = kubelet;
    }

    /**
     * Starts the API server and the kubelet and defines the Ensemble kind; the operator is not there yet.
     *
     * @param folder for all objects and everything that pods and claims write; a cluster started on it again goes on
     * where it ended
     */
    public static LocalCluster start(Path folder) throws IOException {
        var api = ApiServer.start(Files.createDirectories(folder).resolve("objects.json"));
        var client = newClient(api);
        client.resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class))
                .createOr(existing -> existing.update());
        return new LocalCluster(api, client, Kubelet.start(client, folder, new LocalImages()));
    }

    private static KubernetesClient newClient(ApiServer api) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withAutoConfigure(false).withMasterUrl(api.url())
                        .withNamespace(NAMESPACE).build())
                .build();
    }

    @Override
    public KubernetesClient client() {
        return client;
    }

    @Override
    public String namespace() {
        return NAMESPACE;
    }

    @Override
    public String image() {
        return "quorate/ensemble:local";
    }

    @Override
    public void killProcess(String pod) {
        kubelet.killProcess(NAMESPACE, pod);
    }

    @Override
    public String connectString(List<String> pods) {
        return pods.stream().map(pod -> address(pod) + ":" + CLIENT_PORT).collect(Collectors.joining(","));
    }

    @Override
    public String ask(String pod, String path) {
        var uri = URI.create("http://" + address(pod) + ":" + ADMIN_PORT + path);
        try {
            return http
                    .send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(1)).build(), BodyHandlers.ofString())
                    .body();
        } catch (IOException unanswered) {
            throw new UncheckedIOException(unanswered);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interrupted);
        }
    }

    @Override
    public void startOperator() {
        operatorClient = newClient(api);
        operator = Operator.start(operatorClient, Settings.forNamespaces(NAMESPACE), this::lost);
    }

    private void lost(Throwable cause) {
        if (operator != null) {
            LOG.error("The operator can't watch the API server any more", cause);
        }
    }

    @Override
    public void stopOperator() {
        var running = operator;
        var connection = operatorClient;
        if (running != null && connection != null) {
            operator = null;
            connection.close(); // first: from here on it can write no more
            running.close();
        }
    }

    @Override
    public void close() {
        stopOperator();
        kubelet.close();
        client.close();
        api.close();
        http.shutdownNow();
    }

    private String address(String pod) {
        var found = client.pods().inNamespace(NAMESPACE).withName(pod).get();
        if (found == null || found.getStatus().getPodIP() == null) {
            throw new IllegalStateException("pod " + pod + " has no address yet");
        }
        return found.getStatus().getPodIP();
    }
}
