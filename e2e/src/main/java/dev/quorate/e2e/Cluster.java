package dev.quorate.e2e;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;

/**
 * A Kubernetes with the operator in it, as a scenario sees it. A scenario reads and writes through the client and
 * does with this object only what no API call does; it does not know which cluster it has.
 */
public interface Cluster extends AutoCloseable {
    /** For everything that the API has. It may do all that an administrator may. */
    KubernetesClient client();

    /** The namespace that the operator watches, made for this cluster object. */
    String namespace();

    /** The image that an Ensemble names to get the server of this build. */
    String image();

    /** kill -9 of the process of a member's container; the pod stays. */
    void killProcess(String pod);

    /**
     * A connect string by which a client in this very process reaches the pods.
     *
     * @param pods names of pods that serve clients
     */
    String connectString(List<String> pods);

    /** The answer of a pod to GET on its admin port, for example {@code /v1/status}; fails when there is none. */
    String ask(String pod, String path);

    /** Starts the operator anew after {@link #stopOperator()}. */
    void startOperator();

    /** Ends the operator as a crash would; everything else goes on. */
    void stopOperator();

    /** Puts an operator with another setting in the place of the one that runs; returns when the new one is there. */
    void upgradeOperator();

    /** Starts one more operator, which knows nothing of the first: both are at work, as when a lease changes hands. */
    void startSecondOperator();

    /** Ends what {@link #startSecondOperator()} started. */
    void stopSecondOperator();

    /** Nobody reaches the API server for this long; returns when it is back. Members and their clients go on. */
    void cutOffApi(Duration away) throws InterruptedException;

    /** The nodes that a scenario may empty or take away; none where there is but one, or where they are not its own. */
    List<String> spareNodes();

    /** The machine of a spare node stands still, with all that runs on it, until {@link #thaw}. */
    void freeze(String node);

    /** Lets a frozen node go on. */
    void thaw(String node);

    /** Takes away all that this object made; nothing it started is left. */
    @Override
    void close();
}
