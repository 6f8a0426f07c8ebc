package dev.quorate.charts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.operator.desired.Desired;
import dev.quorate.operator.desired.Identity;
import dev.quorate.operator.desired.Names;
import dev.quorate.operator.desired.Owner;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the chart tells a Prometheus to scrape is what the operator makes. */
class MonitorsTest {
    private static final Identity IDENTITY = Identity.ofNew("cluster", 3);
    private static final Desired DESIRED = new Desired(new Names("ns", "zk"), new Owner("zk", "uid"),
            EnsembleSpec.of(3, "i", StorageSpec.defaults()), IDENTITY, IDENTITY.founders());

    @Test
    void thePodMonitorSelectsMembersByAPortThatTheyHave() {
        var monitor = members("PodMonitor");
        var pod = DESIRED.pod(1, "claim", true);
        assertThat(pod.getMetadata().getLabels()).containsAllEntriesOf(selector(monitor));
        assertThat(pod.getSpec().getContainers().getFirst().getPorts()).extracting(port -> port.getName())
                .contains(port(monitor, "podMetricsEndpoints"));
    }

    @Test
    void theServiceMonitorFindsEachMemberThroughExactlyOneService() {
        var monitor = members("ServiceMonitor");
        List<HasMetadata> made = Stream.concat(DESIRED.prerequisites().stream(), DESIRED.surroundings(3).stream())
                .toList();
        assertThat(made).filteredOn(object -> object instanceof Service service
                && service.getMetadata().getLabels().entrySet().containsAll(selector(monitor).entrySet())
                && service.getSpec().getPorts().stream()
                        .anyMatch(port -> port.getName().equals(port(monitor, "endpoints"))))
                .extracting(object -> object.getMetadata().getName()).containsExactly("zk-metrics");
    }

    private static GenericKubernetesResource members(String kind) {
        return Chart.objects(Chart.render("metrics.memberPodMonitor.enabled=true",
                "metrics.memberServiceMonitor.enabled=true")).stream()
                .filter(object -> object.getKind().equals(kind)).findFirst().orElseThrow();
    }

    private static Map<String, String> selector(GenericKubernetesResource monitor) {
        return monitor.get("spec", "selector", "matchLabels");
    }

    private static String port(GenericKubernetesResource monitor, String endpoints) {
        return monitor.get("spec", endpoints, 0, "port");
    }
}
