//! The folder of bytes: one file an object, never changed once an object names it. The row in the database decides what is visible, so a
//! file needs no second name while it grows.

use super::checksum::{Summing, Sums};
use super::encoding::hex;
use crate::core::StartError;
use crate::faults::SlowDisk;
use crate::options::Durability;
use aws_lc_rs::digest;
use std::collections::HashSet;
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// `data/objects/`.
#[derive(Debug)]
pub(super) struct Files {
    folder: PathBuf,
    durability: Durability,
    slow: SlowDisk,
}

/// Bytes that are all there, in a file that no object names yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stored {
    pub(super) file: String,
    pub(super) size: u64,
    pub(super) sums: Sums,
    /// Of how many uploads it is put together, if it is.
    pub(super) components: Option<u32>,
    /// In hexadecimal, when it was asked for.
    pub(super) sha256: Option<String>,
}

impl Files {
    pub(super) fn open(data: &Path, durability: Durability, slow: SlowDisk) -> Result<Self, StartError> {
        let folder = data.join("objects");
        std::fs::create_dir_all(&folder).map_err(|error| StartError::Folder(folder.clone(), error))?;
        Ok(Self {
            folder,
            durability,
            slow,
        })
    }

    /// Removes every file that is not `used`: what a crash left.
    pub(super) fn sweep(&self, used: &HashSet<&str>) -> Result<(), StartError> {
        let failed = |error| StartError::Folder(self.folder.clone(), error);
        for entry in std::fs::read_dir(&self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            if !entry.file_name().to_str().is_some_and(|name| used.contains(name)) {
                std::fs::remove_file(entry.path()).map_err(failed)?;
            }
        }
        Ok(())
    }

    /// A new file for bytes that come in.
    pub(super) async fn create(&self) -> io::Result<Incoming> {
        let name = uuid::Uuid::new_v4().to_string();
        let path = self.folder.join(&name);
        let file = tokio::fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .await?;
        Ok(Incoming {
            name,
            path,
            file,
            size: 0,
            summing: Summing::default(),
            sha256: None,
            kept: false,
        })
    }

    /// Goes on with a file that an upload left: reads what is there again for the sums.
    pub(super) async fn resume(&self, name: &str) -> io::Result<Incoming> {
        let path = self.folder.join(name);
        let mut file = tokio::fs::OpenOptions::new()
            .read(true)
            .write(true)
            .open(&path)
            .await?;
        let (mut summing, mut size, mut buffer) = (Summing::default(), 0, vec![0; 256 * 1024]);
        loop {
            let count = file.read(&mut buffer).await?;
            let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
                break;
            };
            summing.update(read);
            size += count as u64;
        }
        Ok(Incoming {
            name: name.to_owned(),
            path,
            file,
            size,
            summing,
            sha256: None,
            kept: true,
        })
    }

    /// A second name for the bytes of `file`, for a copy.
    pub(super) fn link(&self, file: &str) -> io::Result<String> {
        let name = uuid::Uuid::new_v4().to_string();
        std::fs::hard_link(self.folder.join(file), self.folder.join(&name))?;
        self.press_folder()?;
        Ok(name)
    }

    pub(super) fn read(&self, file: &str) -> io::Result<std::fs::File> {
        std::fs::File::open(self.folder.join(file))
    }

    /// Removes bytes that nothing names any more. One that stays behind is swept at the next start.
    pub(super) fn remove(&self, file: &str) {
        if let Err(error) = std::fs::remove_file(self.folder.join(file)) {
            tracing::warn!(file, %error, "the bytes of an object could not be removed");
        }
    }

    /// Ends the writing: the bytes are as durable as the emulator is told to be.
    pub(super) async fn finish(&self, mut incoming: Incoming) -> io::Result<Stored> {
        incoming.file.flush().await?;
        // A part that was cut off may have left more than was counted.
        incoming.file.set_len(incoming.size).await?;
        self.press(&mut incoming).await?;
        incoming.kept = true;
        let sums = std::mem::take(&mut incoming.summing).finish();
        Ok(Stored {
            file: std::mem::take(&mut incoming.name),
            size: incoming.size,
            sums,
            components: None,
            sha256: incoming
                .sha256
                .take()
                .map(|context| hex(context.finish().as_ref())),
        })
    }

    /// Ends the writing with the bytes of `files`, one behind the other. Their sums are the caller's: nothing is read twice.
    pub(super) async fn join(&self, mut incoming: Incoming, files: Vec<std::fs::File>) -> io::Result<Stored> {
        let mut target = incoming.file.try_clone().await?.into_std().await;
        let joining = tokio::task::spawn_blocking(move || {
            let mut size = 0;
            for mut file in files {
                size += io::copy(&mut file, &mut target)?;
            }
            Ok::<_, io::Error>(size)
        });
        incoming.size = joining.await.map_err(io::Error::other)??;
        self.finish(incoming).await
    }

    /// Makes sure that what was written so far survives, as the durability says.
    pub(super) async fn press(&self, incoming: &mut Incoming) -> io::Result<()> {
        self.slow.wait().await;
        incoming.file.flush().await?;
        match self.durability {
            Durability::Process => Ok(()),
            Durability::Machine => {
                incoming.file.sync_all().await?;
                self.press_folder()
            }
        }
    }

    fn press_folder(&self) -> io::Result<()> {
        match self.durability {
            Durability::Process => Ok(()),
            Durability::Machine => std::fs::File::open(&self.folder)?.sync_all(),
        }
    }
}

/// A file that is being written. Dropped before its end, it is removed, unless it is to be kept for a later part.
pub(super) struct Incoming {
    pub(super) name: String,
    path: PathBuf,
    file: tokio::fs::File,
    pub(super) size: u64,
    summing: Summing,
    sha256: Option<digest::Context>,
    kept: bool,
}

impl Incoming {
    /// From now on it stays when this is dropped.
    pub(super) fn keep(mut self) -> Self {
        self.kept = true;
        self
    }

    /// Makes the SHA-256 too, when it is to be compared.
    pub(super) fn with_sha256(mut self, wanted: bool) -> Self {
        self.sha256 = wanted.then(|| digest::Context::new(&digest::SHA256));
        self
    }

    pub(super) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes).await?;
        if let Some(context) = &mut self.sha256 {
            context.update(bytes);
        }
        self.summing.update(bytes);
        self.size += bytes.len() as u64;
        Ok(())
    }
}

impl std::fmt::Debug for Incoming {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Incoming")
            .field("name", &self.name)
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        if !self.kept {
            // It may be gone already; what stays is swept at the next start.
            let _ = std::fs::remove_file(&self.path);
        }
    }
}
