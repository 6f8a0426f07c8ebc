package dev.quorate.e2e.compat;

import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryOneTime;

/**
 * Takes a lock, says so, and holds it until it is killed: {@code LockHolder CONNECT_STRING PATH SESSION_TIMEOUT_MS}.
 */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] args) throws Exception {
        var client = CuratorFrameworkFactory.newClient(args[0], Integer.parseInt(args[2]), 15_000,
                new RetryOneTime(1000));
        client.start();
        new InterProcessMutex(client, args[1]).acquire();
        System.out.println("held");
        new CountDownLatch(1).await();
    }
}
