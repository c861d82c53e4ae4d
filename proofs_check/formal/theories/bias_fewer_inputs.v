From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import form_matrix chain loss hessian upper_bound every_data_set.
From Hessproof Require Import bias bias_coordinates bias_decoupling bias_augmented.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* A network with biases whose first layer reads a linear image B x of the      *)
(* inputs is a network with fewer inputs: with the same biases and labels it    *)
(* has the same residuals, and its Hessian has at least the rank of that of     *)
(* the smaller network on the inputs B X. Some B keeps all that the samples     *)
(* (x, 1) span.                                                                 *)

(* (x, 1) |-> (B x, 1) *)
Definition augmented_map (R : ringType) a k (B : 'M[R]_(k, a)) : 'M[R]_(k + 1, a + 1) :=
  block_mx B 0 0 1%:M.

Lemma augmented_mapE (R : comRingType) a k N (B : 'M[R]_(k, a)) (X : 'M[R]_(a, N)) :
  augmented_map B *m augmented X = augmented (B *m X).
Proof. by rewrite /augmented_map mul_block_col !mul0mx mul1mx addr0 add0r. Qed.

(* Weights of the smaller network in homogeneous coordinates, behind the map.   *)
(* (The lemmas are those of reduced in upper_bound.v; its widths are others.)   *)
Section BehindMap.
Variables (F : fieldType) (M : nat -> nat) (k : nat) (B : 'M[F]_(k, M 0%N)).
Notation M' := (reduced_widths M k).
Notation aM := (augmented_widths M).
Notation aM' := (augmented_widths M').
Notation weights' := (forall i, 'M[F]_(aM' i.+1, aM' i)).
Implicit Types T U V : weights'.

(* The first layer reads (B x, 1). *)
Definition behind_map T i : 'M[F]_(aM i.+1, aM i) :=
  match i return 'M[F]_(aM' i.+1, aM' i) -> 'M[F]_(aM i.+1, aM i) with
  | 0%N => fun A => A *m augmented_map B
  | i'.+1 => id
  end (T i).

Lemma behind_map_chain T n :
  chain (behind_map T) 0 n.+1 = chain T 0 n.+1 *m augmented_map B.
Proof.
elim: n => [|n IH]; first by rewrite !chain_1.
by rewrite chain_S // IH [in RHS]chain_S // mulmxA.
Qed.

Lemma behind_map_d_chain T U n :
  d_chain (behind_map T) (behind_map U) 0 n.+1 = d_chain T U 0 n.+1 *m augmented_map B.
Proof.
elim: n => [|n IH].
  by rewrite !d_chain_S // !d_chain_id !chain_id !mulmx0 !addr0 !mulmx1.
by rewrite d_chain_S // IH behind_map_chain [in RHS]d_chain_S // mulmxDl !mulmxA.
Qed.

Lemma behind_map_d2_chain T U V n :
  d2_chain (behind_map T) (behind_map U) (behind_map V) 0 n.+1
  = d2_chain T U V 0 n.+1 *m augmented_map B.
Proof.
elim: n => [|n IH].
  by rewrite !d2_chain_S // !d2_chain_id !d_chain_id !mulmx0 !addr0 mul0mx.
rewrite d2_chain_S // IH !behind_map_d_chain [in RHS]d2_chain_S //.
rewrite [RHS]mulmxDl [X in _ = X + _]mulmxDl.
by congr (_ + _ + _); apply: mulmxA.
Qed.

Variables (L N : nat) (X : 'M[F]_(aM 0%N, N)) (Y : 'M[F]_(aM L.+1, N)).
Notation X' := (augmented_map B *m X : 'M_(aM' 0%N, N)).
Notation Y' := (Y : 'M_(aM' L.+1, N)).

Lemma behind_map_residual T : residual X Y (behind_map T) = residual X' Y' T.
Proof. by rewrite /residual behind_map_chain mulmxA. Qed.

Lemma behind_map_hessian_form T U V :
  hessian_form (behind_map T) X Y (behind_map U) (behind_map V) = hessian_form T X' Y' U V.
Proof.
rewrite /hessian_form behind_map_residual !behind_map_d_chain behind_map_d2_chain !mulmxA.
by congr (_ + _); rewrite mxtrace_mulC !mulmxA mxtrace_mulC !mulmxA.
Qed.
End BehindMap.

Section FewerInputs.
Variables (F : fieldType) (M : nat -> nat) (k : nat) (B : 'M[F]_(k, M 0%N)).
Notation M' := (reduced_widths M k).
Notation aM := (augmented_widths M).
Notation aM' := (augmented_widths M').
Variables (W : forall i, 'M[F]_(M' i.+1, M' i)) (b : forall i, 'cV[F]_(M i.+1)).
Notation b' := (b : forall i, 'cV_(M' i.+1)).
Variables (L N : nat) (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L.+1, N)).
Notation X' := (B *m X : 'M_(M' 0%N, N)).
Notation Y' := (Y : 'M_(M' L.+1, N)).

Lemma affine_lifted i : affine (lifted_weights B W) b i = behind_map B (affine W b') i.
Proof.
case: i => [|i] //; rewrite /behind_map /affine /augmented_map /= mulmx_block.
by rewrite !mulmx0 !mul0mx !mulmx1 !addr0 !add0r.
Qed.

(* Both networks have the same residuals. *)
Lemma biased_residual_lifted :
  biased_residual (lifted_weights B W) b X Y = biased_residual W b' X' Y'.
Proof.
congr usubmx; rewrite -augmented_mapE -(behind_map_residual _ _ (augmented Y : 'M_(aM _, N))).
by rewrite /residual (chain_extW affine_lifted).
Qed.

(* A direction of the smaller network as one of the larger. *)
Definition lifted_direction (U : forall i, 'M[F]_(M' i.+1, aM' i)) i : 'M[F]_(M i.+1, aM i) :=
  match i return 'M[F]_(M' i.+1, aM' i) -> 'M[F]_(M i.+1, aM i) with
  | 0%N => fun A => A *m augmented_map B
  | i'.+1 => id
  end (U i).

Lemma embedded_lifted U i : embedded (lifted_direction U) i = behind_map B (embedded U) i.
Proof. by case: i => [|i] //; rewrite /behind_map /embedded /= mul_col_mx mul0mx. Qed.

Lemma biased_form_lifted U V :
  biased_form (lifted_weights B W) b X Y (lifted_direction U) (lifted_direction V)
  = biased_form W b' X' Y' U V.
Proof.
rewrite /biased_form -augmented_mapE.
rewrite -(behind_map_hessian_form _ _ (augmented Y : 'M_(aM _, N))).
rewrite (hessian_form_extW _ _ affine_lifted).
by apply: hessian_form_ext => l _; rewrite embedded_lifted.
Qed.

(* Over any field, for all weights, biases and data: H_L of the larger network  *)
(* has at least the rank of H_L of the smaller.                                 *)
Theorem rank_biased_hessian_lifted :
  (\rank (biased_hessian W b' X' Y') <= \rank (biased_hessian (lifted_weights B W) b X Y))%N.
Proof.
pose f (i : 'I_(\sum_(l < L.+1) biased_size M' l)) :=
  biased_flatten L.+1 (lifted_direction (biased_direction (delta_mx 0 i))).
apply: (rank_le_congruence (f := f)) => i j; rewrite [LHS]mxE -biased_form_lifted.
rewrite form_matrixE => [|c u v w|c u v w]; last first.
- exact: biased_form_lin_r.
- exact: biased_form_lin.
by apply: biased_form_ext => l lL; rewrite biased_flattenK.
Qed.
End FewerInputs.

Lemma centred_mul (F : fieldType) a k N (B : 'M[F]_(k, a)) (X : 'M[F]_(a, N)) :
  centred (B *m X) = B *m centred X.
Proof. by rewrite /centred /shifted /mean mulmxBr !mulmxA -scalemxAr !mulmxA. Qed.

(* Over any field in which the number N of samples is not zero: for samples     *)
(* (x, 1) of rank r some B onto r - 1 inputs keeps the rank of the samples, and *)
(* with it that of their moments with any K columns E, N E[(x, 1) e^T].         *)
Lemma fewer_inputs (F : fieldType) a N (X : 'M[F]_(a, N)) : N%:R != 0 :> F ->
  exists k (B : 'M[F]_(k, a)),
    [/\ \rank (augmented X) = k.+1, \rank (augmented (B *m X)) = k.+1
      & forall K (E : 'M[F]_(N, K)),
          \rank (augmented (B *m X) *m E) = \rank (augmented X *m E)].
Proof.
move=> N0; have [B BX] : exists B, B *m col_base (centred X) = 1%:M.
  by apply/row_fullP; rewrite -/(row_full _) col_base_full.
have rBX : \rank (augmented (B *m X)) = \rank (augmented X).
  rewrite !rank_augmented //; congr _.+1.
  by rewrite centred_mul -[Z in B *m Z]mulmx_base mulmxA BX mul1mx eq_row_base.
exists (\rank (centred X)), B; rewrite rBX rank_augmented //; split=> // K E.
apply/eqmx_rank/eqmxP/eqmxMr/eqmxP; rewrite -mxrank_leqif_eq ?rBX //.
by rewrite -augmented_mapE submxMl.
Qed.
