package dev.quorate.operator.desired;

/** How everything that belongs to one ensemble is called. */
public record Names(String namespace, String ensemble) {
    /** The headless Service, through which members find each other whether they are ready or not. */
    public String members() {
        return ensemble + "-members";
    }

    /** The Service for clients: the members that are ready. */
    public String client() {
        return ensemble + "-client";
    }

    /** The Service of the leader: whoever is labelled so, and ready. */
    public String leader() {
        return ensemble + "-leader";
    }

    /** The headless Service through which members are scraped, whether they are ready or not. */
    public String metrics() {
        return ensemble + "-metrics";
    }

    /** The Secret by which applications learn how to connect. */
    public String binding() {
        return ensemble + "-binding";
    }

    /** The Secret with the key that members share and the token of the admin API. */
    public String credentials() {
        return ensemble + "-credentials";
    }

    public String serviceAccount() {
        return ensemble + "-members";
    }

    public String disruptionBudget() {
        return ensemble + "-members";
    }

    /** The immutable ConfigMap whose content has this hash. */
    public String config(String hash) {
        return ensemble + "-config-" + hash;
    }

    public String pod(int id) {
        return ensemble + "-" + id;
    }

    public String claim(int id) {
        return "data-" + ensemble + "-" + id;
    }

    /** The DNS name of the Service for clients. */
    public String clientHost() {
        return client() + "." + namespace + ".svc";
    }

    /** The DNS name of a member, valid from the moment its Pod has an address. */
    public String host(int id) {
        return pod(id) + "." + members() + "." + namespace + ".svc";
    }
}
