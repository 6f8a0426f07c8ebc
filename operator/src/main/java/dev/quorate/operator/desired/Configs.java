package dev.quorate.operator.desired;

import dev.quorate.crds.EnsembleSpec;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.util.List;
import java.util.Map;

/**
 * The ConfigMap of an ensemble. It is immutable and named by its content: a Pod keeps the one it was made with, so that
 * a bad setting can't reach a member by a mere crash.
 */
final class Configs {
    static final String KEY = "zoo.cfg";

    private Configs() {}

    static ConfigMap config(Names names, Owner owner, EnsembleSpec spec, List<Integer> seeds) {
        String text = ServerConfig.text(names, spec, seeds);
        return new ConfigMapBuilder()
                .withMetadata(Access.metadata(names, owner, names.config(InputHash.ofText(text))))
                .withImmutable(true).withData(Map.of(KEY, text)).build();
    }
}
