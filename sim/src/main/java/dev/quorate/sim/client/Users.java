package dev.quorate.sim.client;

import dev.quorate.ensemble.tree.Acl;
import dev.quorate.ensemble.tree.Bytes;
import dev.quorate.ensemble.tree.Identity;
import dev.quorate.ensemble.tree.Request;
import dev.quorate.sim.history.Grant;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The users of a history in ZooKeeper's scheme {@code digest}. */
final class Users {
    private static final String SCHEME = "digest";

    private Users() {}

    /** By this a client shows who it is. */
    static Request.Auth proof(String user) {
        return new Request.Auth(0, SCHEME, Bytes.utf8(secret(user)));
    }

    static List<Acl> acl(List<Grant> grants) {
        return grants.stream().map(grant -> new Acl(grant.perms(), identity(grant.user()))).toList();
    }

    static List<Grant> grants(List<Acl> acl) {
        return acl.stream().map(line -> new Grant(user(line.identity()), line.perms())).toList();
    }

    private static Identity identity(String user) {
        return user.equals(Grant.ANYONE) ? Identity.ANYONE : new Identity(SCHEME, user + ":" + hash(secret(user)));
    }

    private static String user(Identity identity) {
        return identity.equals(Identity.ANYONE) ? Grant.ANYONE : identity.id().substring(0, identity.id().indexOf(':'));
    }

    private static String secret(String user) {
        return user + ":secret of " + user;
    }

    private static String hash(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-1", e);
        }
    }
}
