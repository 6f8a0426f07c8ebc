package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.MaintenanceSpec;
import dev.quorate.crds.PodTemplate;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the API server can't see in a spec. Each finding is a sentence that says what to do. */
public final class SpecCheck {
    private SpecCheck() {}

    /** What is wrong with the spec, in a stable order; empty where nothing is. */
    public static List<String> problems(EnsembleSpec spec) {
        var problems = new ArrayList<String>();
        var config = spec.config();
        if (config != null) {
            problems.addAll(ServerSettings.problems(config));
        }
        var resources = spec.resources();
        if (resources != null) {
            quantities("spec.resources.requests", resources.requests(), problems);
            quantities("spec.resources.limits", resources.limits(), problems);
        }
        var template = spec.podTemplate();
        if (template != null) {
            template(template, problems);
        }
        var maintenance = spec.maintenance();
        if (maintenance != null && zone(maintenance).isEmpty()) {
            problems.add("spec.maintenance.timeZone: '" + maintenance.timeZone()
                    + "' is no time zone: write for example UTC or Europe/Berlin");
        }
        return problems;
    }

    /** The time zone of the windows; empty where there is none of that name. */
    public static Optional<ZoneId> zone(MaintenanceSpec maintenance) {
        try {
            return Optional.of(ZoneId.of(maintenance.timeZone()));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }

    private static void quantities(String path, @Nullable Map<String, String> quantities,
            List<String> problems) {
        if (quantities == null) {
            return;
        }
        new TreeMap<>(quantities).forEach((resource, quantity) -> {
            try {
                Quantity.getAmountInBytes(Quantity.parse(quantity));
            } catch (IllegalArgumentException | ArithmeticException e) {
                problems.add(path + "." + resource + ": '" + quantity
                        + "' is no quantity: write for example 500m, 2 or 1Gi");
            }
        });
    }

    private static void template(PodTemplate template, List<String> problems) {
        reserved("spec.podTemplate.labels", template.labels(), problems);
        reserved("spec.podTemplate.annotations", template.annotations(), problems);
    }

    private static void reserved(String path, @Nullable Map<String, String> given,
            List<String> problems) {
        if (given == null) {
            return;
        }
        new TreeMap<>(given).keySet().stream()
                .filter(key -> key.startsWith("quorate.dev/") || Labels.RESERVED.contains(key))
                .forEach(key -> problems.add(path + ": '" + key + "' is used by the operator: choose another key"));
    }
}
