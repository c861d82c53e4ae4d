From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker chain loss hessian blocks gauss_newton.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A block column of the functional Hessian H_f as a stack of Kronecker        *)
(* products, Eqs. (4) and (5) of Singh et al. 2021.  With G = X residual^T the *)
(* block (k, l) is, up to the order of its columns, the Kronecker product of   *)
(*   k > l:  (chain 0 l G chain (k+1) L)^T   and  chain (l+1) k,               *)
(*   k < l:  (chain (k+1) l)^T               and  chain 0 k G chain (l+1) L,   *)
(* and the block (l, l) is zero.  Layers are counted from 0.                   *)
Section Column.
Variables (F : fieldType) (M : nat -> nat) (W : forall i, 'M[F]_(M i.+1, M i)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)) (l : 'I_L).
Notation np := (\sum_(l < L) layer_size M l)%N.
Notation chain := (chain W).
Notation G := (X *m (residual X Y W)^T).

(* Block column l of H_f. *)
Definition functional_column : 'M[F]_(np, layer_size M l) :=
  submxrow (functional_hessian W X Y) l.

(* Cut open at layer l, the cyclic chain W_(L-1) ... W_0 G starts at the node  *)
(* l+1 and ends at the node l.  above c is the transposed product from node c  *)
(* to the end, below c is the product from the start to node c.                *)
Definition above c : 'M[F]_(M c, M l) :=
  if (l < c)%N then (chain 0 l *m G *m chain c L)^T else (chain c l)^T.
Definition below c : 'M[F]_(M c, M l.+1) :=
  if (l < c)%N then chain l.+1 c else chain 0 c *m G *m chain l.+1 L.

(* The blocks (k, l), k <> l, one below the other. *)
Definition column_products : 'M[F]_(np, M l * M l.+1) :=
  \mxcol_(k < L) ((if k == l then 0 else above k.+1 *t below k)
                  : 'M_(layer_size M k, M l * M l.+1)).

(* Eqs. (4) and (5): the block column is that stack, its columns permuted.     *)
Theorem functional_columnE :
  functional_column = column_products *m commutation (M l.+1) (M l).
Proof.
rewrite /column_products mxcol_mul -[LHS]submxcolK; apply: eq_mxcol => k.
rewrite -submxblockEh /above /below; case: eqP => [-> | /eqP].
  by rewrite functional_block_same mul0mx.
rewrite -val_eqE neq_ltn => /orP[kl | lk].
  by rewrite functional_block_before // ltnS leqNgt kl /= ltnNge (ltnW kl).
by rewrite functional_block_after // ltnS (ltnW lk) lk.
Qed.

Lemma rank_functional_column_products : \rank functional_column = \rank column_products.
Proof.
rewrite functional_columnE mxrankMfree //; apply/row_freeP.
by exists (commutation (M l) (M l.+1)); rewrite commutationK.
Qed.
End Column.
