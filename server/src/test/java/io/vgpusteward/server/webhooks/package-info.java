package io.vgpusteward.server.webhooks;
