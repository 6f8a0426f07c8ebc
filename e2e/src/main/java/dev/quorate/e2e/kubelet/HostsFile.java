package dev.quorate.e2e.kubelet;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The cluster's DNS: a hosts file for {@code -Djdk.net.hosts.file}, which the JDK opens anew for each look-up. It has
 * what Kubernetes would answer: a Service's name stands for its ready pods (all pods where it publishes the unready
 * ones), and a pod with a host name in a Service's subdomain has a name of its own under it.
 */
final class HostsFile {
    private final Path file;
    private List<String> written = List.of();

    HostsFile(Path file) throws IOException {
        this.file = file;
        write(List.of(), List.of());
    }

    Path path() {
        return file;
    }

    /** Writes the file anew when a name or an address changed; readers see the old or the new one, whole. */
    synchronized void write(Collection<Service> services, Collection<Pod> pods) throws IOException {
        var lines = new ArrayList<String>();
        lines.add("127.0.0.1 localhost " + ownName());
        for (var service : services) {
            var domain = service.getMetadata().getName() + "." + service.getMetadata().getNamespace() + ".svc";
            pods.stream().filter(pod -> isBehind(pod, service)).forEach(pod -> {
                var address = pod.getStatus().getPodIP();
                lines.add(address + " " + domain + " " + domain + ".cluster.local");
                if (service.getMetadata().getName().equals(pod.getSpec().getSubdomain())
                        && pod.getSpec().getHostname() != null) {
                    var name = pod.getSpec().getHostname() + "." + domain;
                    lines.add(address + " " + name + " " + name + ".cluster.local");
                }
            });
        }
        if (!lines.equals(written)) {
            var next = file.resolveSibling(file.getFileName() + ".next");
            Files.write(next, lines);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            written = lines;
        }
    }

    private static boolean isBehind(Pod pod, Service service) {
        Map<String, String> selector = service.getSpec().getSelector();
        var labels = pod.getMetadata().getLabels();
        return selector != null && !selector.isEmpty() && labels != null
                && labels.entrySet().containsAll(selector.entrySet())
                && pod.getMetadata().getNamespace().equals(service.getMetadata().getNamespace())
                && pod.getStatus() != null
                && pod.getStatus().getPodIP() != null
                && (Objects.equals(service.getSpec().getPublishNotReadyAddresses(), true) || isReady(pod));
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition -> condition.getType().equals("Ready") && condition.getStatus().equals("True"));
    }

    /** The JDK asks for the machine's own name now and then, and with a hosts file it asks nobody else. */
    private static String ownName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException unnamed) {
            return "";
        }
    }
}
