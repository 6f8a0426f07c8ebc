package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.BindingBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one node of the local cluster, {@value #NODE}: runs every pod of every namespace, and is scheduler, volume
 * binder and DNS as well.
 */
public final class Kubelet implements AutoCloseable {
    /** The name of the node. */
    public static final String NODE = "local";

    /** A member ends within 2 s of SIGTERM; the first of a build may write its archive of classes then. */
    private static final long SHUT_DOWN_MS = 10_000;

    private static final System.Logger LOG = System.getLogger(Kubelet.class.getName());

    private final KubernetesClient client;
    private final Addresses addresses;
    private final HostsFile hosts;
    private final Claims claims;
    private final PodRunner.Node node;
    private final Map<String, PodRunner> runners = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Service> services;
    private final SharedIndexInformer<PersistentVolumeClaim> volumeClaims;
    private final SharedIndexInformer<Pod> pods;
    private volatile boolean closed;

    private Kubelet(KubernetesClient client, Path folder, Images images) throws IOException {
        this.client = client;
        this.addresses = Addresses.reserve();
        Files.createDirectories(folder);
        this.hosts = new HostsFile(folder.resolve("hosts"));
        this.claims = new Claims(client, folder.resolve("claims"), NODE);
        this.node = new PodRunner.Node(client, addresses, new Volumes(client, claims), hosts, images, folder);
        this.services = client.services().inAnyNamespace().runnableInformer(0);
        this.volumeClaims = client.persistentVolumeClaims().inAnyNamespace().runnableInformer(0);
        this.pods = client.pods().inAnyNamespace().runnableInformer(0);
    }

    /**
     * Registers the node and begins to run pods.
     *
     * @param folder where pods and claims have their files; claims of an earlier run are found again by their uid
     */
    public static Kubelet start(KubernetesClient client, Path folder, Images images) throws IOException {
        var kubelet = new Kubelet(client, folder.toAbsolutePath(), images);
        client.resource(new NodeBuilder().withNewMetadata().withName(NODE).addToLabels("kubernetes.io/hostname", NODE)
                .endMetadata().withNewStatus()
                .addNewCondition().withType("Ready").withStatus("True").withReason("KubeletReady").endCondition()
                .endStatus().build())
                .createOr(existing -> existing.update());
        client.nodes().withName(NODE).editStatus(
                registered -> new NodeBuilder(registered).withNewStatus().addNewCondition().withType("Ready")
                        .withStatus("True").withReason("KubeletReady").endCondition().endStatus().build());
        kubelet.services.addEventHandler(handler(service -> kubelet.writeHosts(), service -> kubelet.writeHosts()));
        kubelet.volumeClaims.addEventHandler(handler(kubelet::grow, kubelet::reclaim));
        kubelet.pods.addEventHandler(handler(kubelet::observe, kubelet::forget));
        kubelet.services.run();
        kubelet.volumeClaims.run();
        kubelet.pods.run();
        return kubelet;
    }

    /** kill -9 of the process of a pod's container. */
    public void killProcess(String namespace, String name) {
        var pod = pods.getIndexer().getByKey(namespace + "/" + name);
        var runner = pod == null ? null : runners.get(pod.getMetadata().getUid());
        if (runner == null) {
            throw new IllegalStateException("no pod " + name + " runs in " + namespace);
        }
        runner.killProcess();
    }

    /** Ends every process, gently at first; the files stay. */
    @Override
    public void close() {
        closed = true;
        pods.close();
        services.close();
        volumeClaims.close();
        runners.values().forEach(PodRunner::shutDown);
        runners.values().forEach(runner -> runner.close(SHUT_DOWN_MS));
        try {
            addresses.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void observe(Pod pod) {
        if (pod.getSpec().getNodeName() == null) {
            Thread.ofVirtual().name("bind-" + pod.getMetadata().getName()).start(() -> bind(pod));
            return;
        }
        var runner = runners.computeIfAbsent(pod.getMetadata().getUid(), uid -> {
            var added = new PodRunner(node, pod);
            added.start();
            return added;
        });
        runner.update(pod);
        writeHosts();
    }

    private void forget(Pod pod) {
        var runner = runners.remove(pod.getMetadata().getUid());
        if (runner != null) {
            runner.close(0);
        }
        writeHosts();
    }

    private void bind(Pod pod) {
        var binding = new BindingBuilder().withNewMetadata().withName(pod.getMetadata().getName()).endMetadata()
                .withNewTarget().withKind("Node")
                .withName(NODE).endTarget().build();
        boolean again = true;
        while (again && !closed) {
            try {
                client.raw("/api/v1/namespaces/" + pod.getMetadata().getNamespace() + "/pods/"
                        + pod.getMetadata().getName() + "/binding", "POST", binding);
                again = false;
            } catch (KubernetesClientException failed) {
                again = failed.getCode() == 0 || failed.getCode() >= HttpURLConnection.HTTP_INTERNAL_ERROR;
                LOG.log(Level.DEBUG, "pod {0} can not be bound: {1}", pod.getMetadata().getName(), failed.getMessage());
            }
        }
    }

    private void grow(PersistentVolumeClaim claim) {
        try {
            claims.grow(claim);
        } catch (KubernetesClientException changed) {
            LOG.log(Level.DEBUG, "claim {0} changed meanwhile: {1}", claim.getMetadata().getName(),
                    changed.getMessage());
        }
    }

    private void reclaim(PersistentVolumeClaim claim) {
        try {
            claims.reclaim(claim);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void writeHosts() {
        try {
            hosts.write(services.getIndexer().list(), pods.getIndexer().list());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static <T extends HasMetadata> ResourceEventHandler<T> handler(java.util.function.Consumer<T> seen,
            java.util.function.Consumer<T> gone) {
        return new ResourceEventHandler<>() {
            @Override
            public void onAdd(T object) {
                seen.accept(object);
            }

            @Override
            public void onUpdate(T old, T object) {
                seen.accept(object);
            }

            @Override
            public void onDelete(T object, boolean unknown) {
                gone.accept(object);
            }
        };
    }
}
