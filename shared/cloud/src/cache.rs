//! Redis as a cache: everything in it can be made again.

use crate::deadline::Deadline;
use crate::{CloudConfig, Error, Result, operations};
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{Client, Cmd, FromRedisValue, Pipeline};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;

/// How long connecting may take.
const CONNECT: Duration = Duration::from_secs(1);

/// Redis, over one multiplexed connection that is made at its first use and made again when it breaks. Commands are never tried again: whoever
/// asks a cache knows what to do without it.
#[derive(Clone)]
pub struct Cache {
    client: Client,
    prefix: Arc<str>,
    /// How long a round trip may take.
    timeout: Duration,
    connection: Arc<OnceCell<ConnectionManager>>,
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}

impl Cache {
    pub(crate) fn new(config: &CloudConfig) -> Result<Self> {
        let client =
            Client::open(config.redis_url.as_str()).map_err(|error| Error::rejected("Redis", error))?;
        Ok(Self {
            client,
            prefix: config.redis_prefix.as_str().into(),
            timeout: config.timeouts.redis,
            connection: Arc::default(),
        })
    }

    /// The full name of a key or channel.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }

    /// The client, for connections of one's own (a subscriber needs one).
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Runs one command. One Redis command.
    ///
    /// # Errors
    /// Redis is away or slow.
    pub async fn run<T: FromRedisValue>(&self, command: &Cmd) -> Result<T> {
        operations::redis(1);
        let mut connection = self.connection().await?;
        self.timed(command.query_async(&mut connection)).await
    }

    /// Runs commands in one round trip. As many Redis commands as there are.
    ///
    /// # Errors
    /// Redis is away or slow.
    pub async fn run_all<T: FromRedisValue>(&self, commands: &Pipeline) -> Result<T> {
        operations::redis(commands.len());
        let mut connection = self.connection().await?;
        self.timed(commands.query_async(&mut connection)).await
    }

    /// Connecting included: the first command after a break waits for that too.
    async fn timed<T>(&self, command: impl Future<Output = redis::RedisResult<T>>) -> Result<T> {
        let limit = Deadline::after(self.timeout.max(CONNECT)).left();
        match tokio::time::timeout(limit, command).await {
            Ok(outcome) => Ok(outcome?),
            Err(late) => Err(Error::unavailable("Redis", late)),
        }
    }

    async fn connection(&self) -> Result<ConnectionManager> {
        let connect = || async {
            let config = ConnectionManagerConfig::new()
                .set_connection_timeout(Some(CONNECT))
                .set_response_timeout(Some(self.timeout))
                .set_number_of_retries(1);
            ConnectionManager::new_lazy_with_config(self.client.clone(), config)
        };
        Ok(self.connection.get_or_try_init(connect).await?.clone())
    }
}
