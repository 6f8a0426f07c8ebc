package dev.quorate.e2e.local;

import dev.quorate.crds.Ensemble;
import dev.quorate.e2e.Cluster;
import dev.quorate.e2e.apiserver.ApiServer;
import dev.quorate.e2e.kubelet.Kubelet;
import dev.quorate.operator.Settings;
import io.fabric8.kubernetes.client.Config;
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

/** A cluster of this JVM and the processes that it starts. */
public final class LocalCluster implements Cluster {
    private static final String NAMESPACE = "default";
    private static final int CLIENT_PORT = 2181;
    private static final int ADMIN_PORT = 8080;
    /** The kubelet and the scenarios go on without an answer. */
    private static final int OWN_RETRIES = 3;
    private static final int OPERATORS_RETRIES = Config.DEFAULT_REQUEST_RETRY_BACKOFFLIMIT;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(1)).build();
    private final ApiServer api;
    private final KubernetesClient client;
    private final Kubelet kubelet;
    private @Nullable RunningOperator operator;
    private @Nullable RunningOperator secondOperator;

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
        var client = newClient(api, OWN_RETRIES);
        client.resource(Serialization.unmarshal(Ensemble.definitionYaml(), CustomResourceDefinition.class))
                .createOr(existing -> existing.update());
        return new LocalCluster(api, client, Kubelet.start(client, folder, new LocalImages()));
    }

    private static KubernetesClient newClient(ApiServer api, int retries) {
        return new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder().withAutoConfigure(false).withMasterUrl(api.url())
                        .withNamespace(NAMESPACE).withRequestRetryBackoffLimit(retries).build())
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
        startOperator(NAMESPACE);
    }

    /** Starts an operator for these namespaces, which must exist. */
    public void startOperator(String... namespaces) {
        operator = RunningOperator.start(newClient(api, OPERATORS_RETRIES), Settings.forNamespaces(namespaces));
    }

    @Override
    public void stopOperator() {
        if (operator != null) {
            operator.crash();
            operator = null;
        }
    }

    @Override
    public void upgradeOperator() {
        stopOperator();
        var before = Settings.forNamespaces(NAMESPACE);
        operator = RunningOperator.start(newClient(api, OPERATORS_RETRIES),
                new Settings(before.namespaces(), before.lease(),
                        before.http(), before.busyPoll().plusMillis(1), before.settledPoll()));
    }

    @Override
    public void startSecondOperator() {
        secondOperator = RunningOperator.start(newClient(api, OPERATORS_RETRIES), Settings.forNamespaces(NAMESPACE));
    }

    @Override
    public void stopSecondOperator() {
        if (secondOperator != null) {
            secondOperator.crash();
            secondOperator = null;
        }
    }

    @Override
    public void cutOffApi(Duration away) throws InterruptedException {
        api.shut();
        try {
            Thread.sleep(away);
        } finally {
            api.open();
        }
    }

    /** There is one node, which is this machine. */
    @Override
    public List<String> spareNodes() {
        return List.of();
    }

    @Override
    public void freeze(String node) {
        throw new IllegalArgumentException("not a spare node: " + node);
    }

    @Override
    public void thaw(String node) {
        throw new IllegalArgumentException("not a spare node: " + node);
    }

    @Override
    public void close() {
        stopSecondOperator();
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
