package dev.quorate.operator.desired;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudgetBuilder;
import java.util.Map;
import java.util.TreeMap;

/** The disruption budget: at most one voter is evicted at a time. */
final class Budgets {
    private Budgets() {}

    /**
     * An integer {@code minAvailable} over the Pods that vote. {@code maxUnavailable} would count
     * {@code spec.replicas}, which runs ahead of the members that are there.
     */
    static PodDisruptionBudget budget(Names names, Owner owner, int voters) {
        Map<String, String> selector = new TreeMap<>(Labels.selector(names));
        selector.put(Labels.VOTER, "true");
        return new PodDisruptionBudgetBuilder()
                .withMetadata(Access.metadata(names, owner, names.disruptionBudget())).withNewSpec()
                .withMinAvailable(new IntOrString(voters - 1)).withUnhealthyPodEvictionPolicy("IfHealthyBudget")
                .withNewSelector().withMatchLabels(selector).endSelector().endSpec().build();
    }
}
