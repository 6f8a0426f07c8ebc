package dev.quorate.operator.desired;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Labels and annotations by which the operator finds and remembers. What must last stands on claims. */
public final class Labels {
    /** On every object of an ensemble: the name of the Ensemble. */
    public static final String ENSEMBLE = "quorate.dev/ensemble";

    /** On Pods and claims: the member's id. */
    public static final String MEMBER_ID = "quorate.dev/member-id";

    /** On the Pods of voters, {@code true}: the disruption budget counts these. */
    public static final String VOTER = "quorate.dev/voter";

    /** On Pods, what the member said that it is: a hint for people and selectors. */
    public static final String ROLE = "quorate.dev/role";

    /** The value of {@link #ROLE} that at most one Pod of an ensemble has. */
    public static final String LEADER = "leader";

    /** Annotation of claims: the cluster whose data is on it. */
    public static final String CLUSTER_ID = "quorate.dev/cluster-id";

    /** Annotation of claims: the ids of the members that found the cluster together, {@code 1,2,3}. */
    public static final String FOUNDERS = "quorate.dev/founders";

    /** Annotation of Ensembles and claims: the cluster that was founded, so that nobody founds it a second time. */
    public static final String FOUNDED = "quorate.dev/founded";

    /** Annotation of claims: this member was removed from the configuration and must never start again. */
    public static final String REMOVED = "quorate.dev/removed";

    /** Annotation of claims: the node on which a process of the member may be running. */
    public static final String NODE = "quorate.dev/node";

    /** Annotation of Ensembles: consent to found anew after all data was lost; any word that was not used before. */
    public static final String FOUND_AGAIN = "quorate.dev/found-again";

    /** Annotation of Ensembles: ids of members that are to be replaced by new ones, {@code 2} or {@code 2,3}. */
    public static final String REPLACE = "quorate.dev/replace";

    /** Annotation of Pods: hash of the fields of the spec that a member takes up only with a restart. */
    public static final String INPUT_HASH = "quorate.dev/input-hash";

    /** Annotation of Pods: the revision of the operator's own Pod template. A new one restarts nothing. */
    public static final String TEMPLATE_REVISION = "quorate.dev/template-revision";

    static final String APP = "app.kubernetes.io/name";
    static final String INSTANCE = "app.kubernetes.io/instance";
    static final String COMPONENT = "app.kubernetes.io/component";
    static final String MANAGED_BY = "app.kubernetes.io/managed-by";

    /** Labels that the operator's selectors rely on: a Pod template must not set them. */
    static final Set<String> RESERVED = Set.of(APP, INSTANCE, COMPONENT, MANAGED_BY);

    private Labels() {}

    /** Labels of every object that the operator makes for an ensemble, claims excepted. */
    public static Map<String, String> common(Names names) {
        var labels = new TreeMap<>(selector(names));
        labels.put(MANAGED_BY, "quorate-operator");
        labels.put(ENSEMBLE, names.ensemble());
        return labels;
    }

    /** The same as text, as the API takes it. */
    public static String selectorText(Names names) {
        return selector(names).entrySet().stream().map(label -> label.getKey() + "=" + label.getValue())
                .collect(Collectors.joining(","));
    }

    /** What Services select: never changed in the life of an ensemble. */
    static Map<String, String> selector(Names names) {
        var labels = new TreeMap<String, String>();
        labels.put(APP, "quorate");
        labels.put(INSTANCE, names.ensemble());
        labels.put(COMPONENT, "member");
        return labels;
    }
}
