package dev.quorate.operator.desired;

import static org.assertj.core.api.Assertions.assertThat;

import dev.quorate.crds.EnsembleSpec;
import dev.quorate.crds.HealSpec;
import dev.quorate.crds.PodTemplate;
import dev.quorate.crds.ResourceSpec;
import dev.quorate.crds.StorageSpec;
import dev.quorate.crds.StorageSpec.ClaimPolicy;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every manifest as it reaches the API server. {@code -Dtest.jvm.args=-Dquorate.rewrite=true} rewrites the files. */
class ManifestsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Names NAMES = new Names("prod", "zk");
    private static final Owner OWNER = new Owner("zk", "uid-of-zk");

    @Test
    void threeMembers() throws IOException {
        golden("three-members", desired(spec(3, null, null, null)), true);
    }

    @Test
    void oneMemberWithEverythingSet() throws IOException {
        var template = new PodTemplate(Map.of("team", "a"), Map.of("note", "b"), null,
                List.of(new TolerationBuilder().withKey("dedicated").withOperator("Exists").build()),
                Map.of("disk", "ssd"), List.of(), "high", null, "Always", new PodSecurityContext());
        var resources = new ResourceSpec(Map.of("cpu", "500m", "memory", "1Gi"), Map.of("memory", "1Gi"));
        golden("one-member", desired(spec(1, Map.of("tickTime", "3000"), resources, template)), false);
    }

    @Test
    void theInputHashCoversWhatNeedsARestartAndNothingElse() {
        String hash = InputHash.of(spec(3, null, null, null));
        assertThat(InputHash.of(spec(5, null, null, null))).isEqualTo(hash);
        assertThat(InputHash.of(spec(3, Map.of("tickTime", "1"), null, null))).isNotEqualTo(hash);
        assertThat(InputHash.of(spec(3, Map.of("snapCount", "500"), null, null))).isEqualTo(hash);
        assertThat(InputHash.of(spec(3, Map.of(), null, null))).isEqualTo(hash);
        assertThat(InputHash.of(spec(3, null, new ResourceSpec(Map.of("cpu", "1"), null), null))).isNotEqualTo(hash);
        assertThat(InputHash.of(spec(3, null, null,
                new PodTemplate(Map.of("a", "b"), null, null, null, null, null, null, null, null, null))))
                .isNotEqualTo(hash);
    }

    @Test
    void namesStayWithinTheLimitOfADnsLabel() {
        var names = new Names("prod", "a".repeat(40));
        assertThat(List.of(names.members(), names.client(), names.credentials(), names.leader(),
                names.metrics(), names.binding(), names.config("0123456789"),
                names.pod(2_000_000_000), names.claim(2_000_000_000))).allMatch(name -> name.length() <= 63);
    }

    private static Desired desired(EnsembleSpec spec) {
        Identity identity = Identity.ofNew("cluster", spec.voters());
        return new Desired(NAMES, OWNER, spec, identity, identity.founders());
    }

    private static EnsembleSpec spec(int replicas, @Nullable Map<String, String> config,
            @Nullable ResourceSpec resources,
            @Nullable PodTemplate template) {
        var storage = new StorageSpec("1Gi", "fast", replicas == 1 ? ClaimPolicy.Delete : ClaimPolicy.Retain);
        return new EnsembleSpec(replicas, 7, "quorate/ensemble:0.1.0", storage, resources, config, template,
                false, 600, 0, HealSpec.defaults(), null);
    }

    private static void golden(String name, Desired desired, boolean founded) throws IOException {
        var objects = new ArrayList<HasMetadata>();
        objects.add(desired.claim(1));
        objects.addAll(desired.prerequisites());
        objects.addAll(desired.surroundings(desired.identity().founders().size()));
        objects.add(desired.binding());
        objects.add(desired.pod(1, "uid-of-claim", founded));
        objects.add(Credentials.secret(NAMES, OWNER, "key", "token"));
        String yaml = objects.stream().map(Serialization::asYaml).collect(Collectors.joining());
        Path file = GOLDEN.resolve(name + ".yaml");
        if (Boolean.getBoolean("quorate.rewrite")) {
            Files.createDirectories(GOLDEN);
            Files.writeString(file, yaml, StandardCharsets.UTF_8);
        }
        assertThat(file).content().isEqualTo(yaml);
    }
}
