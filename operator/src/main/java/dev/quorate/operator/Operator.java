package dev.quorate.operator;

import dev.quorate.crds.Ensemble;
import dev.quorate.operator.reconcile.EnsembleReconciler;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/** A running operator. Several may run in one process, each with its own client. */
public final class Operator implements AutoCloseable {
    private static final long FIRST_RETRY_MS = 200;
    private static final double RETRY_FACTOR = 2;
    private static final long LAST_RETRY_MS = 30_000;
    private static final Duration SYNC_TIMEOUT = Duration.ofMinutes(2);

    private final io.javaoperatorsdk.operator.Operator framework;
    private final Optional<OperatorHttp> http;

    private Operator(io.javaoperatorsdk.operator.Operator framework, Optional<OperatorHttp> http) {
        this.framework = framework;
        this.http = http;
    }

    /**
     * Starts an operator and returns when it watches. The client stays open; it belongs to the caller.
     *
     * @param onLoss told when it can't watch any more, for good: an operator that sees nothing has to be started anew
     * @throws io.javaoperatorsdk.operator.OperatorException if the API server can't be reached or refuses
     */
    public static Operator start(KubernetesClient client, Settings settings, Consumer<Throwable> onLoss) {
        var registry = new CollectorRegistry();
        var framework = new io.javaoperatorsdk.operator.Operator(
                overrider -> configure(overrider, client, settings, onLoss));
        framework.register(new EnsembleReconciler(client, registry, settings.busyPoll(), settings.settledPoll()),
                overrider -> configure(overrider, settings));
        Optional<OperatorHttp> http = settings.http().map(address -> {
            try {
                return OperatorHttp.start(address, registry, framework.getRuntimeInfo());
            } catch (IOException e) {
                throw new UncheckedIOException("can't serve health and metrics on " + address, e);
            }
        });
        try {
            framework.start();
        } catch (RuntimeException e) {
            http.ifPresent(OperatorHttp::close);
            throw e;
        }
        return new Operator(framework, http);
    }

    private static void configure(ConfigurationServiceOverrider overrider, KubernetesClient client,
            Settings settings, Consumer<Throwable> onLoss) {
        overrider.withInformerStoppedHandler((informer, cause) -> {
            if (cause != null) {
                onLoss.accept(cause);
            }
        });
        overrider.withKubernetesClient(client).withCloseClientOnStop(false).withCacheSyncTimeout(SYNC_TIMEOUT)
                .withReconciliationTerminationTimeout(Duration.ZERO);
        settings.lease().ifPresent(lease -> overrider.withLeaderElectionConfiguration(
                LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(lease.name())
                        .withLeaseNamespace(lease.namespace()).withIdentity(lease.identity()).build()));
    }

    private static void configure(ControllerConfigurationOverrider<Ensemble> overrider, Settings settings) {
        if (settings.namespaces().isEmpty()) {
            overrider.watchingAllNamespaces();
        } else {
            overrider.settingNamespaces(settings.namespaces());
        }
        overrider
                .withRetry(new GenericRetry().withoutMaxAttempts().setInitialInterval(FIRST_RETRY_MS)
                        .setIntervalMultiplier(RETRY_FACTOR).setMaxInterval(LAST_RETRY_MS))
                .withOnUpdateFilter(Operator::asksForSomethingElse);
    }

    /** The operator's own reports are no news to it. */
    private static boolean asksForSomethingElse(Ensemble before, Ensemble after) {
        return !Objects.equals(before.getMetadata().getGeneration(), after.getMetadata().getGeneration())
                || !Objects.equals(annotations(before), annotations(after))
                || !Objects.equals(before.getMetadata().getUid(), after.getMetadata().getUid())
                || !Objects.equals(before.getMetadata().getDeletionTimestamp(),
                        after.getMetadata().getDeletionTimestamp());
    }

    private static Map<String, String> annotations(Ensemble ensemble) {
        return Objects.requireNonNullElse(ensemble.getMetadata().getAnnotations(), Map.of());
    }

    /** Where health and metrics are served, if they are. */
    public Optional<Integer> httpPort() {
        return http.map(OperatorHttp::port);
    }

    /** Stops at once. What was half done is found and finished by whoever starts next. */
    @Override
    public void close() {
        http.ifPresent(OperatorHttp::close);
        framework.stop();
    }
}
